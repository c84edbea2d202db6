// Starts the product and its stand-in for tests, and gives each test a place of its own, at eight on a Sunday morning.
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const binary = process.env.MTC_BINARY;
if (!binary) throw new Error('MTC_BINARY must name the mcp-tencent-cloud program');

export function makeHome() {
  const dir = mkdtempSync(join(tmpdir(), 'mtc-test-'));
  return {
    dir,
    env: { PATH: process.env.PATH, HOME: dir, XDG_STATE_HOME: join(dir, 'state'), MTC_START_TIME: '2026-11-22T08:00:00+08:00' },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

// Runs a command to its end and returns what it printed.
export function run(home, args, options = {}) {
  return execFileSync(binary, args, { env: { ...home.env, ...options.env }, input: options.input ?? '', encoding: 'utf8' });
}

// Starts a server whose first line on stdout is JSON, and resolves with it. With `fileBlocks` it cannot make any file
// larger than so many KiB.
export async function start(home, args, options = {}) {
  const limited = ['-c', `trap '' XFSZ; ulimit -f ${options.fileBlocks}; exec "$0" "$@"`, binary, ...args];
  const child = spawn(options.fileBlocks ? 'bash' : binary, options.fileBlocks ? limited : args, { env: { ...home.env, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk) => { errors += chunk; });
  const exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  const first = await Promise.race([
    new Promise((resolve) => createInterface({ input: child.stdout }).once('line', resolve)),
    exited.then((end) => { throw new Error(`${args.join(' ')} ended early (${JSON.stringify(end)}): ${errors}`); }),
  ]);
  return {
    info: JSON.parse(first),
    child,
    errors: () => errors,
    exited,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      return exited;
    },
  };
}

export function settings(home, yaml, name = 'settings.yaml') {
  const file = join(home.dir, name);
  writeFileSync(file, yaml);
  return file;
}

// The emulated cloud with the demo's night, and the settings and keys to reach it.
export async function startCloud(home, args = ['--demo-night']) {
  const cloud = await start(home, ['emulate', '--listen', '127.0.0.1:0', '--json', ...args]);
  const file = settings(home, `server:\n  listen: 127.0.0.1:0\ntencent:\n  endpoint: ${cloud.info.url}\nbroadcast:\n  audio: false\n`);
  const keys = { TENCENTCLOUD_SECRET_ID: cloud.info.secret_id, TENCENTCLOUD_SECRET_KEY: cloud.info.secret_key };
  return { ...cloud, settings: file, keys };
}

// One modern (2026-07-28) request, without any library: status and body.
export async function post(url, token, method, params = {}, headers = {}) {
  const meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} };
  const response = await fetch(`${url}/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json', accept: 'application/json, text/event-stream', authorization: `Bearer ${token}`,
      'mcp-protocol-version': '2026-07-28', 'mcp-method': method, ...(params.name ? { 'mcp-name': params.name } : {}), ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: meta } }),
  });
  return { status: response.status, body: await response.json() };
}

export const call = (url, token, name, args = {}) => post(url, token, 'tools/call', { name, arguments: args });
