// From 200 alarms at once to the end of each first step: as many services of the emulated cluster have a bad release, and
// their alarms arrive together.
// usage: MTC_BINARY=… node bench/incidents.mjs [services]
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startBasic } from '../tests/node/basic.mjs';
import { run, until } from '../tests/node/program.mjs';

const services = Number(process.argv[2] ?? 200);
const config = join(dirname(fileURLToPath(import.meta.url)), '../config');
const folder = mkdtempSync(join(tmpdir(), 'mtc-bench-'));
const edited = (name, changes) => {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(join(config, name), 'utf8')), ...changes }));
  return file;
};
const rules = edited('alert_rules.json', { urgent_from: 40 });
const ladder = edited('rollback_config.json', { operations_an_hour: 10 * services });
const world = await startBasic({ repairs: true, sections: `alerts:\n  ask: false\n  rules: ${rules}\n  rollback: ${ladder}\n` });

const names = Array.from({ length: services }, (_, i) => `service-${i}`);
const deployment = (name) => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'shop-test' },
  spec: { replicas: 1, strategy: { type: 'Recreate' }, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image: 'example.com/bench:1' }] } } },
});
const apply = (image) => world.kubectl(['apply', '-f', '-'], {
  input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: names.map((name) => { const one = deployment(name); one.spec.template.spec.containers[0].image = image; return one; }) }),
});
const ready = async () => (await world.kubectl(['get', 'deployments', '-n', 'shop-test', '-o', 'jsonpath={.items[*].status.readyReplicas}'])).split(' ').filter(Boolean).length;
await apply('example.com/bench:1');
await until(async () => (await ready()) >= services, 'the services', 120_000);
await apply('example.com/bench:missing');
await until(async () => (await world.kubectl(['get', 'pods', '-n', 'shop-test', '--no-headers'])).split('\n').filter((line) => /ImagePullBackOff|ErrImagePull/.test(line)).length >= services, 'the missing images', 240_000);

const cluster = (await world.tool('list_clusters')).data.clusters.find(({ name }) => name === '广州生产集群').id;
const { key } = JSON.parse(run(world.home, ['hook', 'create', '--json', '--config', world.file]));
const now = new Date(Date.now() + 8 * 3600_000).toISOString().slice(0, 19).replace('T', ' ');
const sent = Date.now();
await Promise.all(names.map((name) => fetch(`${world.server.info.url}/hooks/monitor/${key}`, {
  method: 'POST', headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    sessionId: name, alarmStatus: '1', alarmType: 'metric', firstOccurTime: now, durationTime: 60, recoverTime: '0',
    alarmObjInfo: { region: 'gz', namespace: 'qce/tke2', dimensions: { tke_cluster_instance_id: cluster, namespace: 'shop-test', workload_kind: 'Deployment', workload_name: name } },
    alarmPolicyInfo: { policyId: 'policy-bench', policyType: 'k8s_workload2', policyName: '副本不可用', conditions: { metricName: 'ready', calcType: '<', calcValue: '1', currentValue: '0' } },
  }),
}).then(({ status }) => { if (status !== 200) throw new Error(`webhook: ${status}`); })));
const taken = Date.now() - sent;

const operations = async () => (await (await fetch(`${world.server.info.url}/api/v1/rollbacks?limit=${services}`, { headers: { authorization: `Bearer ${world.tokens.zhangsan}` } })).json()).rollbacks;
await until(async () => { const all = await operations(); return all.length === services && all.every(({ state }) => state !== 'running'); }, 'the end', 600_000).catch((error) => console.error(error.message));
const all = await operations();
const quantile = (values, q) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.ceil(q * values.length) - 1)];
const first = all.map(({ steps }) => steps.find(({ ended, state }) => ended && state !== 'skipped')).filter(Boolean);
const show = (what, moments) => {
  const values = moments.map((moment) => new Date(moment) - sent);
  console.log(`${what}: p50 ${(quantile(values, 0.5) / 1000).toFixed(1)} s, p99 ${(quantile(values, 0.99) / 1000).toFixed(1)} s (${values.length})`);
};
console.log(`${services} alarms taken in within ${taken} ms; ${all.filter(({ state }) => state === 'recovered').length} of ${all.length} recovered`);
show('first step done', first.map(({ started }) => started));
show('first step done and checked', first.map(({ ended }) => ended));
await world.stop();
