// What the judges of the Kubernetes stand-in share: kubectl as a function, clusters to talk to, and manifests.
import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { start } from './program.mjs';

// Any kubectl does, from Debian's 1.20 on.
export const kubectlProgram = process.env.MTC_KUBECTL ?? 'kubectl';

// The stand-in with its demo cluster; `kubernetes` is what it says of it.
export async function startKubernetes(home, args = []) {
  const emulator = await start(home, ['emulate', '--listen', '127.0.0.1:0', '--kubernetes', '--json', ...args]);
  return { ...emulator, kubernetes: emulator.info.kubernetes };
}

// A kubeconfig for that token, for kubectl and for the client library.
export function kubeconfig(home, kubernetes, token, namespace = 'default') {
  const file = join(mkdtempSync(join(home.dir, 'kube-')), 'config');
  const cluster = { server: kubernetes.url, ...(kubernetes.ca && { 'certificate-authority-data': Buffer.from(kubernetes.ca).toString('base64') }) };
  writeFileSync(file, JSON.stringify({
    apiVersion: 'v1', kind: 'Config', 'current-context': 'test',
    clusters: [{ name: 'test', cluster }], users: [{ name: 'test', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test', namespace } }],
  }));
  return file;
}

const running = new Set();
export function endAll() {
  for (const child of running) child.kill();
}

// kubectl with that kubeconfig. The function resolves with what it printed; with `fails` it must fail, and resolves with
// what it printed on stderr. `.start` leaves it running, until endAll().
export function kubectlWith(home, config) {
  const env = { ...home.env, KUBECONFIG: config };
  const begin = (args, { input, editor = 'false' } = {}) => {
    const child = spawn(kubectlProgram, args, { env: { ...env, KUBE_EDITOR: editor }, stdio: ['pipe', 'pipe', 'pipe'] });
    running.add(child);
    const out = { child, stdout: '', stderr: '' };
    child.stdin.on('error', () => {});  // it may end before it has read all
    child.stdin.end(input ?? '');
    child.stdout.setEncoding('utf8').on('data', (text) => { out.stdout += text; });
    child.stderr.setEncoding('utf8').on('data', (text) => { out.stderr += text; });
    out.ended = new Promise((resolve, reject) => {
      child.once('error', (error) => reject(new Error(`${kubectlProgram} cannot be started (scripts/setup installs it): ${error.message}`)));
      child.once('close', (code) => { running.delete(child); resolve(code); });
    });
    return out;
  };
  const kubectl = async (args, { fails, input, ...options } = {}) => {
    const words = typeof args === 'string' ? args.split(' ') : args;
    const run = begin(words, { input: typeof input === 'object' ? documents(input) : input, ...options });
    const code = await run.ended;
    if ((code !== 0) !== Boolean(fails)) throw new Error(`kubectl ${words.join(' ')} ended with ${code}:\n${run.stdout}${run.stderr}`);
    return fails ? run.stderr : run.stdout;
  };
  kubectl.json = async (args) => JSON.parse(await kubectl(`${args} -o json`));
  kubectl.start = (args, options) => begin(args.split(' '), options);
  return kubectl;
}

// Manifests as one YAML stream. JSON is YAML; the first line tells kubectl that this is not a stream of JSON.
const documents = (list) => [list].flat().map((one) => `---\n${JSON.stringify(one)}\n`).join('');

export function deployment(name, { image = 'shop/web:1', replicas = 1, labels = {}, container = {}, spec = {} } = {}) {
  return {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, labels: { app: name, ...labels } },
    spec: {
      replicas, selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'web', image, ...container }] } }, ...spec,
    },
  };
}
export const configMap = (name, data) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });
export const service = (name, port = 80) => ({
  apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: { app: name }, ports: [{ port, targetPort: 8080 }] },
});
