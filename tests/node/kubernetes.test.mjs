// The judges of the Kubernetes stand-in are not ours: kubectl, and the official client library for JavaScript.
// usage: MTC_BINARY=…/mcp-tencent-cloud [MTC_KUBECTL=kubectl] node --test kubernetes.test.mjs
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as k8s from '@kubernetes/client-node';
import { configMap, deployment, endAll, kubeconfig, kubectlWith, service, startKubernetes } from './kube.mjs';
import { makeHome, until } from './program.mjs';

const home = makeHome();
let emulator;
let admin;  // kubectl of an administrator
let namespaces = 0;

before(async () => {
  emulator = await startKubernetes(home);
  admin = kubectlWith(home, emulator.kubernetes.kubeconfig);
});
after(async () => {
  endAll();
  await emulator?.stop();
  home.remove();
});

// A namespace of the test's own, and kubectl in it.
async function place() {
  const namespace = `judge-${++namespaces}`;
  await admin(`create namespace ${namespace}`);
  const config = kubeconfig(home, emulator.kubernetes, emulator.kubernetes.token, namespace);
  return { namespace, config, kubectl: kubectlWith(home, config) };
}
function as(user, namespace) {
  const token = emulator.kubernetes.users[user];
  assert.ok(token, `the stand-in knows a user ${user}`);
  return kubectlWith(home, kubeconfig(home, emulator.kubernetes, token, namespace));
}
const columns = (table) => table.split('\n')[0].trim().split(/\s{2,}/);
const rows = (table) => table.trim().split('\n').slice(1);
const rolledOut = (kubectl, what) => kubectl(`rollout status ${what} --timeout=60s`);

describe('kubectl', { concurrency: 4 }, () => {
  test('finds its way about', async () => {
    assert.match(await admin('version'), /Server Version/);
    assert.match(await admin('cluster-info'), /running at/);
    const resources = await admin('api-resources');
    for (const one of [/^pods +po .*Pod/m, /^deployments +deploy .*Deployment/m, /^poddisruptionbudgets +pdb /m]) assert.match(resources, one);
    assert.match(await admin('api-versions'), /^apps\/v1$/m);
    assert.equal(await admin(`get --raw ${new URL(emulator.kubernetes.url).pathname}/readyz`), 'ok');
  });

  test('gets objects in every way', async () => {
    const { kubectl, namespace } = await place();
    await kubectl('apply -f -', { input: [deployment('cart', { labels: { tier: 'back' } }), deployment('pay'), configMap('one', { a: '1' }), service('cart')] });
    await rolledOut(kubectl, 'deployment/cart');
    await rolledOut(kubectl, 'deployment/pay');
    const plain = await kubectl('get deployments');
    assert.deepEqual(columns(plain), ['NAME', 'READY', 'UP-TO-DATE', 'AVAILABLE', 'AGE']);
    assert.match(plain, /^cart +1\/1 +1 +1 +\d+s$/m);
    assert.deepEqual(columns(await kubectl('get deploy -o wide')).slice(5), ['CONTAINERS', 'IMAGES', 'SELECTOR']);
    const pods = await kubectl('get pods -o wide');
    assert.deepEqual(columns(pods), ['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE', 'IP', 'NODE', 'NOMINATED NODE', 'READINESS GATES']);
    assert.match(pods, /^cart-\w+-\w{5} +1\/1 +Running +0 /m);
    assert.equal((await kubectl.json('get configmap one')).data.a, '1');
    assert.equal((await kubectl.json('get deploy')).items.length, 2);
    assert.equal((await kubectl('get deploy -l tier=back -o name')).trim(), 'deployment.apps/cart');
    assert.equal((await kubectl(['get', 'deploy', '-l', 'app in (cart, pay),!tier', '-o', 'name'])).trim(), 'deployment.apps/pay');
    assert.equal(rows(await kubectl('get pods --field-selector=status.phase=Running')).length, 2);
    assert.match(await kubectl('get pods --field-selector=status.phase=Failed'), /^$/);
    assert.match(await kubectl('get pods --field-selector=spec.image=x', { fails: true }), /field label not supported: spec.image/);
    assert.match(await kubectl('get deploy -A'), new RegExp(`^${namespace} +cart `, 'm'));
    assert.match(await kubectl('get deploy,svc,cm'), /deployment.apps\/cart[^]*service\/cart[^]*configmap\/one/);
    assert.match(await kubectl('get all'), /pod\/cart-[^]*service\/cart[^]*deployment.apps\/cart[^]*replicaset.apps\/cart-/);
    assert.match(await kubectl('get endpoints cart'), /^cart +[\d.]+:8080 /m);
    assert.match(await kubectl('get events --sort-by=.lastTimestamp'), /ScalingReplicaSet +deployment\/cart/);
    assert.equal((await kubectl(['get', 'pods', '-l', 'app=cart', '-o', 'jsonpath={.items[0].spec.containers[0].image}'])), 'shop/web:1');
    assert.match(await kubectl('get pods -o custom-columns=N:.metadata.name --sort-by=.metadata.name'), /^N\ncart-.*\npay-/);
    assert.match(await kubectl('get deployment nothing', { fails: true }), /Error from server \(NotFound\): deployments.apps "nothing" not found/);
    assert.match(await kubectl('get unicorns', { fails: true }), /the server doesn't have a resource type "unicorns"/);
  });

  test('lists in chunks', async () => {
    const { kubectl } = await place();
    await kubectl('apply -f -', { input: Array.from({ length: 7 }, (_, i) => configMap(`c${i}`, {})) });
    assert.equal((await kubectl('get configmaps --chunk-size=2 -o name')).trim().split('\n').filter((name) => /\/c\d$/.test(name)).length, 7);
    assert.equal(rows(await kubectl('get configmaps --chunk-size=3')).filter((row) => /^c\d/.test(row)).length, 7);
  });

  test('watches', async () => {
    const { kubectl } = await place();
    const table = kubectl.start('get configmaps -w');
    const json = kubectl.start('get configmaps -w --output-watch-events -o json');
    await kubectl('create configmap seen --from-literal=a=1');
    await until(() => /^seen +1 /m.test(table.stdout), 'the new configmap in the table');
    await kubectl(['patch', 'configmap', 'seen', '-p', '{"data":{"b":"2"}}']);
    await until(() => /^seen +2 /m.test(table.stdout), 'the change in the table');
    await kubectl('delete configmap seen');
    await until(() => /"type": ?"ADDED"[^]*"type": ?"MODIFIED"[^]*"type": ?"DELETED"/.test(json.stdout), 'all three events');
  });

  test('applies: creates, changes, and leaves alone', async () => {
    const { kubectl } = await place();
    const web = deployment('web', { labels: { old: 'x' }, container: { env: [{ name: 'A', value: '1' }, { name: 'B', value: '2' }], ports: [{ containerPort: 80 }] } });
    const both = [web, configMap('settings', { a: '1', b: '2' })];
    assert.equal(await kubectl('apply -f -', { input: both }), 'deployment.apps/web created\nconfigmap/settings created\n');
    assert.equal(await kubectl('apply -f -', { input: both }), 'deployment.apps/web unchanged\nconfigmap/settings unchanged\n');
    // Somebody else's change stays, and what the file drops goes.
    await kubectl(['annotate', 'deployment', 'web', 'note=mine']);
    const next = structuredClone(both);
    delete next[0].metadata.labels.old;
    const [container] = next[0].spec.template.spec.containers;
    container.env = [{ name: 'B', value: '3' }, { name: 'C', value: '4' }];
    container.image = 'shop/web:2';
    delete next[1].data.a;
    assert.equal(await kubectl('apply -f -', { input: next }), 'deployment.apps/web configured\nconfigmap/settings configured\n');
    const now = await kubectl.json('get deployment web');
    assert.equal(now.metadata.annotations.note, 'mine');
    assert.deepEqual(now.metadata.labels, { app: 'web' });
    const [running] = now.spec.template.spec.containers;
    assert.deepEqual(running.env, container.env);
    assert.deepEqual(running.ports, [{ containerPort: 80, protocol: 'TCP' }]);
    assert.equal(running.image, 'shop/web:2');
    assert.deepEqual((await kubectl.json('get configmap settings')).data, { b: '2' });
    assert.equal(now.metadata.generation, 2);
  });

  test('applies changes that only hold when lists and unions merge right', async () => {
    const { kubectl } = await place();
    const volume = (name, more) => ({ name, ...more });
    const web = (containers, volumes, spec = {}) => {
      const out = deployment('web', { spec });
      Object.assign(out.spec.template.spec, { containers, volumes });
      return out;
    };
    const one = (name, image, more = {}) => ({ name, image, ...more });
    await kubectl('apply -f -', { input: [configMap('files', { a: '1' }), web(
      [one('web', 'shop/web:1', { ports: [{ containerPort: 80, name: 'http' }, { containerPort: 81, name: 'admin' }], args: ['a', 'b'], volumeMounts: [{ name: 'data', mountPath: '/data' }] }), one('proxy', 'shop/proxy:1')],
      [volume('data', { emptyDir: {} }), volume('tmp', { emptyDir: {} })]), service('web')] });
    // Another container by someone else; then the file reorders, drops, and turns one kind of volume into another.
    await kubectl(['patch', 'deployment', 'web', '-p', '{"spec":{"template":{"spec":{"containers":[{"name":"injected","image":"shop/agent:1"}]}}}}']);
    const ports = service('web');
    ports.spec.ports = [{ port: 81, name: 'admin' }, { port: 80, name: 'http', targetPort: 8080 }];
    await kubectl('apply -f -', { input: [web(
      [one('proxy', 'shop/proxy:2'), one('web', 'shop/web:1', { ports: [{ containerPort: 81, name: 'admin' }], args: ['c'], volumeMounts: [{ name: 'data', mountPath: '/files' }] })],
      [volume('data', { configMap: { name: 'files' } })], { strategy: { type: 'Recreate' } }), ports] });
    const { spec } = await kubectl.json('get deployment web');
    const containers = Object.fromEntries(spec.template.spec.containers.map((container) => [container.name, container]));
    assert.deepEqual(Object.keys(containers).sort(), ['injected', 'proxy', 'web']);
    assert.ok(spec.template.spec.containers.findIndex((c) => c.name === 'proxy') < spec.template.spec.containers.findIndex((c) => c.name === 'web'), 'in the order of the file');
    assert.deepEqual(containers.web.ports, [{ containerPort: 81, name: 'admin', protocol: 'TCP' }]);
    assert.deepEqual(containers.web.args, ['c']);
    assert.deepEqual(containers.web.volumeMounts, [{ name: 'data', mountPath: '/files' }]);
    assert.equal(containers.proxy.image, 'shop/proxy:2');
    assert.deepEqual(spec.template.spec.volumes, [{ name: 'data', configMap: { name: 'files', defaultMode: 420 } }]);
    assert.deepEqual(spec.strategy, { type: 'Recreate' });
    const now = (await kubectl.json('get service web')).spec.ports;
    assert.deepEqual(now.map((port) => [port.name, port.port, port.targetPort, port.protocol]).sort(), [['admin', 81, 81, 'TCP'], ['http', 80, 8080, 'TCP']]);
    assert.match(await kubectl('apply -f -', { input: ports }), /unchanged/);
  });

  test('replaces, and refuses what cannot be', async () => {
    const { kubectl, namespace } = await place();
    await kubectl('create -f -', { input: deployment('web') });
    assert.match(await kubectl('create -f -', { input: deployment('web'), fails: true }), /deployments.apps "web" already exists/);
    await kubectl('replace -f -', { input: deployment('web', { replicas: 2 }) });
    assert.equal((await kubectl.json('get deployment web')).spec.replicas, 2);
    const wrong = { ...deployment('Bad_Name') };
    assert.match(await kubectl('create -f -', { input: wrong, fails: true }), /metadata.name: Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain/);
    const mismatch = deployment('other');
    mismatch.spec.template.metadata.labels = { app: 'else' };
    assert.match(await kubectl('create -f -', { input: mismatch, fails: true }), /`selector` does not match template `labels`/);
    const imageless = deployment('none');
    delete imageless.spec.template.spec.containers[0].image;
    assert.match(await kubectl('create -f -', { input: imageless, fails: true }), /spec.template.spec.containers\[0\].image: Required value/);
    assert.match(await kubectl('create -f - -n nowhere', { input: configMap('c', {}), fails: true }), /namespaces "nowhere" not found/);
    const unknown = { apiVersion: 'apps/v1', kind: 'Unicorn', metadata: { name: 'x' } };
    assert.match(await kubectl('create -f -', { input: unknown, fails: true }), /no matches for kind "Unicorn" in version "apps\/v1"/);
    const hungry = deployment('hungry', { container: { resources: { limits: { cpu: 'lots' } } } });
    assert.match(await kubectl('create -f - --validate=false', { input: hungry, fails: true }), /quantit/);
    assert.match(await kubectl(['patch', 'namespace', namespace, '--type=merge', '-p', '{"metadata":{"name":"other"}}'], { fails: true }), /name/);
  });

  test('diffs and tries out without changing anything', async () => {
    const { kubectl } = await place();
    const web = deployment('web');
    assert.match(await kubectl('apply --dry-run=server -f -', { input: web }), /created \(server dry run\)/);
    await kubectl('get deployment web', { fails: true });
    await kubectl('apply -f -', { input: web });
    assert.equal(await kubectl('diff -f -', { input: web }), '');
    const changed = deployment('web', { replicas: 3 });
    const diff = kubectl.start('diff -f -', { input: JSON.stringify(changed) });
    assert.equal(await diff.ended, 1, diff.stderr);
    assert.match(diff.stdout, /^-  replicas: 1\n\+  replicas: 3$/m);
    assert.match(await kubectl('apply --dry-run=server -f -', { input: changed }), /configured \(server dry run\)/);
    assert.equal((await kubectl.json('get deployment web')).spec.replicas, 1);
    assert.match(await kubectl('delete deployment web --dry-run=server'), /deleted \(server dry run\)/);
    await kubectl('get deployment web');
  });

  test('applies on the server: owners, conflicts, force', async () => {
    const { kubectl } = await place();
    const web = { ...deployment('web', { replicas: 2 }) };
    const apply = (manager, input, options = '', rest = {}) =>
      kubectl(`apply --server-side --field-manager=${manager}${options} -f -`, { input, ...rest });
    assert.equal(await apply('ci', web), 'deployment.apps/web serverside-applied\n');
    const managers = async () => {
      const show = /v1\.20/.test(await kubectl('version --client')) ? '' : ' --show-managed-fields';
      return (await kubectl.json(`get deployment web${show}`)).metadata.managedFields.filter((one) => one.subresource !== 'status');
    };
    const [first] = await managers();
    assert.equal(first.manager, 'ci');
    assert.equal(first.operation, 'Apply');
    assert.deepEqual(first.fieldsV1['f:spec']['f:template']['f:spec']['f:containers'], { 'k:{"name":"web"}': { '.': {}, 'f:image': {}, 'f:name': {} } });
    await kubectl('scale deployment web --replicas=5');
    const refused = await apply('ci', web, '', { fails: true });
    assert.match(refused, /conflict with "kubectl.*" (with subresource "scale" )?using apps\/v1: .spec.replicas/);
    // Another manager adds a container of its own; neither takes the other's away.
    const sidecar = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { template: { spec: { containers: [{ name: 'proxy', image: 'shop/proxy:1' }] } } } };
    await apply('mesh', sidecar);
    const without = structuredClone(web);
    delete without.spec.replicas;
    await apply('ci', without);
    let now = await kubectl.json('get deployment web');
    assert.equal(now.spec.replicas, 5);
    assert.deepEqual(now.spec.template.spec.containers.map((one) => one.name).sort(), ['proxy', 'web']);
    await apply('ci', web, ' --force-conflicts');
    now = await kubectl.json('get deployment web');
    assert.equal(now.spec.replicas, 2);
    sidecar.spec.template.spec.containers = [];
    await apply('mesh', sidecar);
    now = await kubectl.json('get deployment web');
    assert.deepEqual(now.spec.template.spec.containers.map((one) => one.name), ['web']);
    assert.ok(!(await managers()).some((one) => one.manager === 'mesh'), 'who owns nothing is not listed');
  });

  test('moves from apply to apply --server-side', async () => {
    const { kubectl } = await place();
    await kubectl('apply -f -', { input: configMap('settings', { a: '1', b: '1' }) });
    await kubectl('apply --server-side -f -', { input: configMap('settings', { a: '2' }) });
    assert.equal((await kubectl.json('get configmap settings')).data.a, '2');
  });

  test('patches in three ways', async () => {
    const { kubectl } = await place();
    await kubectl('apply -f -', { input: deployment('web', { container: { env: [{ name: 'A', value: '1' }] } }) });
    const patch = (type, value, more = {}) => kubectl(['patch', 'deployment', 'web', `--type=${type}`, '-p', JSON.stringify(value)], more);
    const containers = async () => (await kubectl.json('get deployment web')).spec.template.spec.containers;
    assert.match(await patch('strategic', { spec: { template: { spec: { containers: [{ name: 'proxy', image: 'shop/proxy:1' }] } } } }), /patched/);
    assert.deepEqual((await containers()).map((one) => one.name).sort(), ['proxy', 'web']);
    await patch('strategic', { spec: { template: { spec: { containers: [{ name: 'proxy', $patch: 'delete' }] } } } });
    assert.deepEqual((await containers()).map((one) => one.name), ['web']);
    assert.deepEqual((await containers())[0].env, [{ name: 'A', value: '1' }]);
    await patch('merge', { metadata: { labels: { app: null, x: 'y' } }, spec: { template: { spec: { containers: [{ name: 'only', image: 'shop/web:1' }] } } } });
    const merged = await kubectl.json('get deployment web');
    assert.deepEqual(merged.metadata.labels, { x: 'y' });
    assert.deepEqual(merged.spec.template.spec.containers.map((one) => one.name), ['only']);
    await patch('json', [{ op: 'test', path: '/spec/replicas', value: 1 }, { op: 'replace', path: '/spec/replicas', value: 2 }]);
    assert.equal((await kubectl.json('get deployment web')).spec.replicas, 2);
    assert.match(await patch('json', [{ op: 'test', path: '/spec/replicas', value: 1 }], { fails: true }), /The request is invalid/);
    assert.match(await patch('merge', { spec: { replicas: -1 } }, { fails: true }), /spec.replicas: Invalid value: -1: must be greater than or equal to 0/);
    assert.match(await patch('merge', { spec: { selector: { matchLabels: { app: 'other' } } } }, { fails: true }), /is invalid:[^]*spec.selector: Invalid value: [^]*: field is immutable/);
    assert.match(await patch('strategic', { spec: { replicas: 2 } }), /patched \(no change\)/);
  });

  test('labels, annotates, and edits', async () => {
    const { kubectl } = await place();
    await kubectl('create configmap c --from-literal=a=1');
    assert.match(await kubectl('label configmap c team=shop'), /labeled/);
    assert.match(await kubectl('label configmap c team=pay', { fails: true }), /'team' already has a value \(shop\)/);
    await kubectl('label --overwrite configmap c team=pay');
    await kubectl('annotate configmap c note=x');
    await kubectl('label configmap c team-');
    const now = await kubectl.json('get configmap c');
    assert.equal(now.metadata.labels, undefined);
    assert.deepEqual(now.metadata.annotations, { note: 'x' });
    assert.match(await kubectl('edit configmap c', { editor: 'sed -i "s/a: .*/a: edited/"' }), /configmap\/c edited/);
    assert.equal((await kubectl.json('get configmap c')).data.a, 'edited');
    assert.match(await kubectl('edit configmap c', { editor: 'true' }), /Edit cancelled|^$/);
    Object.assign(now, await kubectl.json('get configmap c'));
    now.data.a = '2';
    assert.match(await kubectl('replace -f -', { input: now }), /replaced/);
    assert.match(await kubectl('replace -f -', { input: now, fails: true }), /Operation cannot be fulfilled on configmaps "c": the object has been modified; please apply your changes to the latest version and try again/);
  });

  test('creates what people create by hand', async () => {
    const { kubectl } = await place();
    await kubectl('create secret generic keys --from-literal=password=s3cret');
    assert.equal((await kubectl.json('get secret keys')).data.password, Buffer.from('s3cret').toString('base64'));
    assert.match(await kubectl('describe secret keys'), /password: +6 bytes/);
    assert.match(await kubectl('create secret generic keys', { fails: true }), /secrets "keys" already exists/);
    await kubectl('create deployment nginx --image=shop/nginx:1');
    await kubectl('expose deployment nginx --port=80 --target-port=8080');
    assert.match(await kubectl('get service nginx'), /^nginx +ClusterIP +[\d.]+ +<none> +80\/TCP /m);
    await kubectl('create configmap Bad', { fails: true });
    await kubectl('create job once --image=shop/job:complete');
    await kubectl('run lone --image=shop/web:1');
    await kubectl('wait --for=condition=Ready pod/lone --timeout=60s');
  });

  test('scales', async () => {
    const { kubectl } = await place();
    await kubectl('apply -f -', { input: deployment('web') });
    assert.match(await kubectl('scale deployment web --replicas=3'), /scaled/);
    await rolledOut(kubectl, 'deployment/web');
    assert.equal(rows(await kubectl('get pods')).length, 3);
    assert.match(await kubectl('scale deployment web --current-replicas=1 --replicas=2', { fails: true }), /Expected replicas to be 1, was 3/);
    await kubectl('scale deployment web --replicas=0');
    await until(async () => (await kubectl('get pods -o name')) === '', 'no pods');
  });

  test('rolls out, waits, looks back, and undoes', async () => {
    const { kubectl } = await place();
    await kubectl('apply -f -', { input: deployment('web', { replicas: 2 }) });
    assert.match(await rolledOut(kubectl, 'deployment/web'), /successfully rolled out/);
    assert.match(await kubectl('set image deployment/web web=shop/web:2'), /image updated/);
    assert.match(await rolledOut(kubectl, 'deployment/web'), /successfully rolled out/);
    assert.equal((await kubectl(['get', 'pods', '--field-selector=status.phase=Running', '-o', 'jsonpath={.items[*].spec.containers[0].image}'])).includes('shop/web:2'), true);
    await kubectl('set image deployment/web web=shop/web:missing');
    await kubectl('rollout status deployment/web --timeout=2s', { fails: true });
    await until(async () => /(ErrImagePull|ImagePullBackOff)/.test(await kubectl('get pods')), 'the image that is missing');
    const pods = await kubectl('get pods');
    assert.equal(rows(pods).filter((row) => / 1\/1 +Running/.test(row)).length >= 1, true, pods);
    const history = await kubectl('rollout history deployment/web');
    assert.match(history, /^1 [^]*^2 [^]*^3 /m);
    assert.match(await kubectl('rollout history deployment/web --revision=2'), /Image:\s+shop\/web:2/);
    assert.match(await kubectl('rollout undo deployment/web'), /rolled back/);
    await rolledOut(kubectl, 'deployment/web');
    assert.equal((await kubectl.json('get deployment web')).spec.template.spec.containers[0].image, 'shop/web:2');
    await kubectl('rollout undo deployment/web --to-revision=1');
    await rolledOut(kubectl, 'deployment/web');
    assert.equal((await kubectl.json('get deployment web')).spec.template.spec.containers[0].image, 'shop/web:1');
  });

  test('restarts and pauses', async () => {
    const { kubectl } = await place();
    await kubectl('apply -f -', { input: deployment('web') });
    await rolledOut(kubectl, 'deployment/web');
    const before = await kubectl('get pods -o name');
    assert.match(await kubectl('rollout restart deployment/web'), /restarted/);
    await rolledOut(kubectl, 'deployment/web');
    await until(async () => !(await kubectl('get pods -o name')).includes(before.trim()), 'the old pod gone');
    assert.match(await kubectl('rollout pause deployment/web'), /paused/);
    await kubectl('set image deployment/web web=shop/web:2');
    assert.match(await kubectl('get rs'), /^web-\S+ +1 +1 +1 /m);
    assert.match(await kubectl('rollout restart deployment/web', { fails: true }), /can't restart paused deployment/);
    assert.match(await kubectl('rollout resume deployment/web'), /resumed/);
    await rolledOut(kubectl, 'deployment/web');
  });

  test('describes', async () => {
    const { kubectl, namespace } = await place();
    await kubectl('apply -f -', { input: [deployment('web', { replicas: 2 }), service('web')] });
    await rolledOut(kubectl, 'deployment/web');
    const described = await kubectl('describe deployment web');
    for (const one of [/^Replicas: +2 desired \| 2 updated \| 2 total \| 2 available \| 0 unavailable/m, /Available +True +MinimumReplicasAvailable/, /NewReplicaSet: +web-\w+ \(2\/2 replicas created\)/, /ScalingReplicaSet/]) assert.match(described, one);
    const pod = await kubectl('describe pod -l app=web');
    for (const one of [/^Status: +Running/m, /Controlled By: +ReplicaSet\/web-/, /Scheduled +.*Successfully assigned/, /Started +.*Started container web/, /Ready +True/]) assert.match(pod, one);
    const [node] = (await kubectl('get nodes -o name')).split('\n');
    const shown = await kubectl(`describe ${node}`);
    for (const one of [/^Conditions:/m, /Ready +True/, /^Capacity:/m, /^Allocated resources:/m, /Non-terminated Pods:/]) assert.match(shown, one);
    assert.match(await kubectl('describe service web'), /^Endpoints: +[\d.]+:8080,[\d.]+:8080/m);
    assert.match(await kubectl(`describe namespace ${namespace}`), /^Status: +Active/m);
  });

  test('reads logs', async () => {
    const { kubectl } = await place();
    await kubectl('apply -f -', { input: [deployment('web'), deployment('bad', { image: 'shop/bad:crash' })] });
    await rolledOut(kubectl, 'deployment/web');
    const all = await kubectl('logs deployment/web');
    assert.ok(all.trim().split('\n').length >= 1 && all.endsWith('\n'), all);
    assert.equal((await kubectl('logs deployment/web --tail=1')).trim().split('\n').length, 1);
    assert.match(await kubectl('logs deployment/web --timestamps --tail=1'), /^\d{4}-\d\d-\d\dT[\d:.]+Z /);
    assert.equal(await kubectl('logs deployment/web --tail=0'), '');
    await kubectl('logs deployment/web -c nothing', { fails: true });
    await until(async () => /CrashLoopBackOff/.test(await kubectl('get pods')), 'the crash loop', 40_000);
    assert.notEqual((await kubectl('logs -l app=bad --previous')).trim(), '');
    const pod = (await kubectl.json('get pods -l app=bad')).items[0];
    const [state] = pod.status.containerStatuses;
    assert.ok(state.restartCount >= 1);
    assert.notEqual(state.lastState.terminated.exitCode, 0);
    assert.match(await kubectl('describe pod -l app=bad'), /Back-?off restarting failed container/i);
    assert.match(await kubectl('logs -l app=web --previous', { fails: true }), /previous terminated container "web" in pod "web-\S+" not found/);
    const follow = kubectl.start('logs deployment/web -f');
    await until(() => follow.stdout !== '', 'a followed line');
  });

  test('deletes, with everything that belongs to it', async () => {
    const { kubectl, namespace } = await place();
    await kubectl('apply -f -', { input: [deployment('web'), deployment('other'), configMap('c', {})] });
    await rolledOut(kubectl, 'deployment/web');
    assert.match(await kubectl('delete deployment web'), /"web" deleted/);
    await until(async () => !/^(pod|replicaset.apps)\/web/m.test(await kubectl('get pods,rs -o name')), 'its pods gone');
    await kubectl('delete deployment other --cascade=orphan');
    assert.match(await kubectl('get rs -o name'), /replicaset.apps\/other-/);
    assert.match(await kubectl('delete configmap c c', { fails: true }), /configmaps "c" not found/);
    assert.equal(await kubectl('delete configmap c --ignore-not-found'), '');
    await kubectl('apply -f -', { input: [configMap('x', {}), configMap('y', {})] });
    await kubectl('delete configmaps --all');
    const pod = (await kubectl('get pods -o name')).split('\n')[0];
    await kubectl(`delete ${pod} --grace-period=0 --force`);
    await kubectl(`delete namespace ${namespace}`);
    assert.match(await kubectl(`get namespace ${namespace}`, { fails: true }), /NotFound/);
  });

  test('runs jobs, stateful sets and daemon sets', async () => {
    const { kubectl } = await place();
    const template = (app, image, more = {}) => ({ metadata: { labels: { app } }, spec: { containers: [{ name: app, image }], ...more } });
    const set = (kind, name, more = {}) => ({
      apiVersion: 'apps/v1', kind, metadata: { name }, spec: { selector: { matchLabels: { app: name } }, template: template(name, 'shop/web:1'), ...more },
    });
    await kubectl('apply -f -', { input: [
      { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'once' }, spec: { template: template('once', 'shop/job:complete', { restartPolicy: 'Never' }) } },
      set('StatefulSet', 'db', { serviceName: 'db', replicas: 2 }), set('DaemonSet', 'agent')] });
    await kubectl('wait --for=condition=complete job/once --timeout=60s');
    assert.match(await kubectl('get jobs'), /^once +(Complete +)?1\/1 /m);
    await rolledOut(kubectl, 'statefulset/db');
    assert.match(await kubectl('get pods'), /^db-0 +1\/1[^]*^db-1 +1\/1/m);
    await rolledOut(kubectl, 'daemonset/agent');
    await kubectl('set image statefulset/db db=shop/web:2');
    await rolledOut(kubectl, 'statefulset/db');
    assert.match(await kubectl('rollout history statefulset/db'), /^1 [^]*^2 /m);
    assert.match(await kubectl('describe statefulset db'), /SuccessfulCreate/);
    assert.match(await kubectl('describe daemonset agent'), /Desired Number of Nodes Scheduled: \d/);
  });

  test('sees what nodes and pods use', async () => {
    const nodes = await admin('top nodes');
    assert.match(nodes, /^NAME +CPU\(cores\) +CPU% +MEMORY\(bytes\) +MEMORY%/);
    assert.match(rows(nodes)[0], /\d+m +\d+% +\d+Mi +\d+%/);
    assert.match(rows(await admin('top pods -A'))[0], /\d+m +\d+Mi/);
    assert.match(await admin('top pods -n shop-prod --containers'), /^POD +NAME +CPU/);
  });

  test('knows who may do what', async () => {
    assert.equal(await admin('auth can-i delete nodes'), 'yes\n');
    const viewer = as('viewer', 'shop-prod');
    assert.match(await viewer('get pods'), /^NAME/);
    const asked = viewer.start('auth can-i delete deployments.apps');
    assert.equal(await asked.ended, 1);
    assert.match(asked.stdout, /^no/);
    assert.match(await viewer('delete deployment order-service', { fails: true }),
      /Error from server \(Forbidden\): deployments.apps "order-service" is forbidden: User "\S+" cannot delete resource "deployments" in API group "apps" in the namespace "shop-prod"/);
    const developer = as('developer', 'shop-test');
    assert.equal(await developer('auth can-i create deployments.apps'), 'yes\n');
    assert.match(await developer('get pods -n shop-prod', { fails: true }), /pods is forbidden: User "\S+" cannot list resource "pods" in API group "" in the namespace "shop-prod"/);
    const stranger = kubectlWith(home, kubeconfig(home, emulator.kubernetes, 'wrong-token'));
    assert.match(await stranger('get pods', { fails: true }), /You must be logged in to the server|Unauthorized/);
  });

  test('grants roles that hold at once', async () => {
    const { namespace, kubectl } = await place();
    const developer = as('developer', namespace);
    await developer('get configmaps', { fails: true });
    const name = /User "(\S+)"/.exec(await developer('get secrets', { fails: true }))[1];
    await kubectl(['create', 'role', 'reader', '--verb=get,list', '--resource=configmaps']);
    // Newer kubectls create bindings as protobuf, which the stand-in does not read.
    await kubectl('apply -f -', { input: {
      apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata: { name: 'reader' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' }, subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name }],
    } });
    await developer('get configmaps');
    await developer('get secrets', { fails: true });
    await developer('create configmap x', { fails: true });
  });
});

// Alone: it empties a node that others' pods run on.
test('kubectl cordons and drains, and a disruption budget is kept', async () => {
  const { kubectl } = await place();
  const names = (await kubectl('get nodes -o name')).trim().split('\n').map((name) => name.replace('node/', ''));
  await kubectl('apply -f -', { input: [deployment('web', { replicas: 2 }), {
    apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'web' }, spec: { minAvailable: 2, selector: { matchLabels: { app: 'web' } } },
  }] });
  await rolledOut(kubectl, 'deployment/web');
  await until(async () => /^web +2 +N\/A +0 /m.test(await kubectl('get pdb')), 'the budget');
  const [pod] = (await kubectl.json('get pods -l app=web')).items;
  const node = pod.spec.nodeName;
  assert.ok(names.includes(node));
  assert.match(await kubectl(`cordon ${node}`), /cordoned/);
  assert.match(await kubectl(`get node ${node}`), /Ready,SchedulingDisabled/);
  const drain = `drain ${node} --ignore-daemonsets --delete-emptydir-data --force --pod-selector=app=web`;
  const refused = await kubectl(`${drain} --timeout=3s`, { fails: true });
  assert.match(refused, /Cannot evict pod as it would violate the pod's disruption budget/);
  await kubectl(['patch', 'pdb', 'web', '--type=merge', '-p', '{"spec":{"minAvailable":1}}']);
  assert.match(await kubectl(`${drain} --timeout=60s`), /evicted/);
  await rolledOut(kubectl, 'deployment/web');
  for (const one of (await kubectl.json('get pods -l app=web')).items) assert.ok(one.metadata.deletionTimestamp || one.spec.nodeName !== node);
  await kubectl(`uncordon ${node}`);
  assert.match(await kubectl(`get node ${node}`), / Ready +/);
});

// Alone: it upsets everybody.
test('kubectl bears with a server that is busy, and says what one that is broken says', async () => {
  const { kubectl, namespace } = await place();
  const path_prefix = `/api/v1/namespaces/${namespace}/configmaps`;
  await fault({ path_prefix, errors: 1, error_status: 429, retry_after_seconds: 1 });
  const start = Date.now();
  await kubectl('get configmaps');
  assert.ok(Date.now() - start > 900, 'it waited as it was told');
  await fault({ path_prefix, errors: 1, error_status: 500 });
  await kubectl('get configmaps', { fails: true });
  await kubectl('get configmaps');
});

test('kubectl sees a node go and come back', async () => {
  const { kubectl } = await place();
  const node = (await kubectl('get nodes -o name')).trim().split('\n').at(-1).replace('node/', '');
  await control(`nodes/${node}`, { down: true });
  await until(async () => / NotReady +/.test(await kubectl(`get node ${node}`)), 'the node not ready', 60_000);
  assert.match(await kubectl(`describe node ${node}`), /Ready +Unknown .*NodeStatusUnknown/);
  await control(`nodes/${node}`, { down: false });
  await until(async () => / Ready +/.test(await kubectl(`get node ${node}`)), 'the node ready', 60_000);
});

describe('@kubernetes/client-node', { concurrency: 4 }, () => {
  async function client() {
    const { namespace, config } = await place();
    const kube = new k8s.KubeConfig();
    kube.loadFromFile(config);
    return { namespace, kube, core: kube.makeApiClient(k8s.CoreV1Api), apps: kube.makeApiClient(k8s.AppsV1Api), objects: k8s.KubernetesObjectApi.makeApiClient(kube) };
  }
  const as = (strategy) => k8s.setHeaderOptions('Content-Type', strategy);
  const refusedWith = (code, reason) => (error) => {
    assert.equal(error.code, code, error.message);
    assert.equal(JSON.parse(error.body).reason, reason);
    return true;
  };

  test('creates, reads, lists in pages and deletes', async () => {
    const { core, namespace } = await client();
    for (let i = 0; i < 5; ++i) await core.createNamespacedConfigMap({ namespace, body: { metadata: { generateName: 'page-', labels: { set: 'pages' } } } });
    const names = [];
    let more;
    do {
      const page = await core.listNamespacedConfigMap({ namespace, labelSelector: 'set=pages', limit: 2, _continue: more });
      names.push(...page.items.map((one) => one.metadata.name));
      more = page.metadata._continue;
    } while (more);
    assert.equal(new Set(names).size, 5);
    const one = await core.readNamespacedConfigMap({ namespace, name: names[0] });
    assert.ok(one.metadata.creationTimestamp instanceof Date && one.metadata.uid);
    await core.deleteNamespacedConfigMap({ namespace, name: names[0] });
    await assert.rejects(core.readNamespacedConfigMap({ namespace, name: names[0] }), refusedWith(404, 'NotFound'));
    await core.deleteCollectionNamespacedConfigMap({ namespace, labelSelector: 'set=pages' });
    assert.equal((await core.listNamespacedConfigMap({ namespace, labelSelector: 'set=pages' })).items.length, 0);
  });

  test('keeps updates from getting lost', async () => {
    const { core, namespace } = await client();
    const first = await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'c' }, data: { a: '1' } } });
    await core.replaceNamespacedConfigMap({ namespace, name: 'c', body: { ...first, data: { a: '2' } } });
    await assert.rejects(core.replaceNamespacedConfigMap({ namespace, name: 'c', body: { ...first, data: { a: '3' } } }), refusedWith(409, 'Conflict'));
    await assert.rejects(core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'c' } } }), refusedWith(409, 'AlreadyExists'));
    await assert.rejects(core.deleteNamespacedConfigMap({ namespace, name: 'c', body: { preconditions: { resourceVersion: first.metadata.resourceVersion } } }), refusedWith(409, 'Conflict'));
  });

  test('patches in every kind', async () => {
    const { apps, namespace } = await client();
    await apps.createNamespacedDeployment({ namespace, body: deployment('web') });
    const patch = (body, strategy) => apps.patchNamespacedDeployment({ namespace, name: 'web', body }, as(strategy));
    assert.equal((await patch([{ op: 'replace', path: '/spec/replicas', value: 2 }], k8s.PatchStrategy.JsonPatch)).spec.replicas, 2);
    assert.equal((await patch({ spec: { replicas: 3 } }, k8s.PatchStrategy.MergePatch)).spec.replicas, 3);
    const both = await patch({ spec: { template: { spec: { containers: [{ name: 'b', image: 'shop/b:1' }] } } } }, k8s.PatchStrategy.StrategicMergePatch);
    assert.equal(both.spec.template.spec.containers.length, 2);
    await assert.rejects(patch({}, 'application/unknown'), (error) => error.code === 415);
    const scale = await apps.readNamespacedDeploymentScale({ namespace, name: 'web' });
    assert.equal(scale.spec.replicas, 3);
    scale.spec.replicas = 1;
    await apps.replaceNamespacedDeploymentScale({ namespace, name: 'web', body: scale });
    assert.equal((await apps.readNamespacedDeployment({ namespace, name: 'web' })).spec.replicas, 1);
  });

  test('applies on the server', async () => {
    const { objects, namespace } = await client();
    const apply = (manager, data, force) => objects.patch(
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace }, data }, undefined, undefined, manager, force, k8s.PatchStrategy.ServerSideApply);
    await apply('a', { x: '1', y: '1' });
    await apply('b', { x: '1', z: '1' });
    await assert.rejects(apply('b', { x: '2' }), (error) => {
      assert.equal(error.code, 409);
      const [cause] = JSON.parse(error.body).details.causes;
      assert.deepEqual(cause, { reason: 'FieldManagerConflict', message: 'conflict with "a"', field: '.data.x' });
      return true;
    });
    const forced = await apply('b', { x: '2' }, true);
    assert.deepEqual(forced.data, { x: '2', y: '1' });
    assert.deepEqual(forced.metadata.managedFields.map((one) => [one.manager, one.fieldsV1]), [['a', { 'f:data': { 'f:y': {} } }], ['b', { 'f:data': { 'f:x': {} } }]]);
  });

  test('watches, and hears that it comes too late', async (t) => {
    const { kube, core, namespace } = await client();
    const open = async (...args) => {
      const watch = await new k8s.Watch(kube).watch(...args);
      t.after(() => watch.abort());
    };
    const { metadata } = await core.listNamespacedConfigMap({ namespace });
    const seen = [];
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    await open(path, { resourceVersion: metadata.resourceVersion, allowWatchBookmarks: true }, (type, object) => seen.push([type, object.metadata.name]), () => {});
    await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'c' } } });
    await core.patchNamespacedConfigMap({ namespace, name: 'c', body: { data: { a: '1' } } }, as(k8s.PatchStrategy.MergePatch));
    await core.deleteNamespacedConfigMap({ namespace, name: 'c' });
    await until(() => seen.filter(([type]) => type !== 'BOOKMARK').length >= 3, 'the events');
    assert.deepEqual(seen.filter(([type]) => type !== 'BOOKMARK'), [['ADDED', 'c'], ['MODIFIED', 'c'], ['DELETED', 'c']]);
    const late = [];
    let end;
    await open(path, { resourceVersion: '1' }, (type, object) => late.push([type, object.code]), (error) => { end = { error }; });
    await until(() => end, 'the end of the late watch');
    // The library takes an ERROR event out of the stream and ends the watch with it.
    assert.equal(end.error?.statusCode ?? end.error?.code ?? late[0]?.[1], 410);
  });

  test('keeps an informer up to date, across an expired watch', async (t) => {
    const { kube, core, namespace } = await client();
    const informer = k8s.makeInformer(kube, `/api/v1/namespaces/${namespace}/configmaps`, () => core.listNamespacedConfigMap({ namespace, labelSelector: 'judge' }), 'judge');
    const events = [];
    for (const type of ['add', 'update', 'delete']) informer.on(type, (object) => events.push(`${type} ${object.metadata.name}`));
    let over = false;
    informer.on('error', () => over || setTimeout(() => informer.start(), 50));
    t.after(() => { over = true; return informer.stop(); });
    await informer.start();
    const create = (name) => core.createNamespacedConfigMap({ namespace, body: { metadata: { name, labels: { judge: '' } } } });
    await create('one');
    await until(() => events.includes('add one'), 'the first');
    await fault({ path_prefix: `/api/v1/namespaces/${namespace}`, expired_watches: 1 });
    await create('two');
    await until(() => events.includes('add two'), 'the one after the watch expired');
    await core.deleteNamespacedConfigMap({ namespace, name: 'one' });
    await until(() => events.includes('delete one'), 'the deletion');
    assert.equal(informer.list().length, 1);
  });
});

async function control(path, body) {
  const answer = await fetch(`${emulator.kubernetes.control}/${path}`, { method: 'POST', body: JSON.stringify(body) });
  assert.equal(answer.status, 200, await answer.text());
}
const fault = (body) => control('faults', body);
