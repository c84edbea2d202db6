// Measures asking for all clusters of many regions at once, each region 100 ms away, as a person meets it: one MCP call
// of a server that has asked nothing yet. Beside it, in the same run, the same call for one region.
//   node bench/clusters.mjs [--regions 20] [--clusters 10] [--latency 100] [--runs 7]   with MTC_BINARY naming an optimised build
import { performance } from 'node:perf_hooks';
import { call, makeHome, run, settings, start } from '../tests/node/program.mjs';

const option = (name, fallback) => Number(process.argv[process.argv.indexOf(`--${name}`) + 1]) || fallback;
const regions = option('regions', 20), perRegion = option('clusters', 10), latency = option('latency', 100), runs = option('runs', 7);
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const ms = (value) => `${value.toFixed(0)} ms`;
const names = ['ap-guangzhou', 'ap-shanghai', 'ap-hongkong', 'ap-shanghai-fsi', 'ap-beijing', 'ap-singapore', 'ap-shenzhen-fsi', 'na-siliconvalley', 'ap-chengdu', 'eu-frankfurt',
  'ap-seoul', 'ap-chongqing', 'na-ashburn', 'ap-bangkok', 'ap-tokyo', 'ap-nanjing', 'ap-tianjin', 'ap-taipei', 'ap-beijing-fsi', 'ap-jakarta'].slice(0, regions);

const home = makeHome();
const cloud = await start(home, ['emulate', '--listen', '127.0.0.1:0', '--json', '--clusters-per-region', String(perRegion)]);
const keys = { TENCENTCLOUD_SECRET_ID: cloud.info.secret_id, TENCENTCLOUD_SECRET_KEY: cloud.info.secret_key };
const file = settings(home, `server:\n  listen: 127.0.0.1:0\ntencent:\n  endpoint: ${cloud.info.url}\n  regions: [${names}]\nbroadcast:\n  audio: false\n`);
run(home, ['user', 'add', 'zhangsan']);
const token = run(home, ['token', 'create', 'zhangsan', '--scope', 'ops.read']).trim();
await fetch(`${cloud.info.url}/_emulator/faults`, { method: 'POST', body: JSON.stringify({ delay_ms: latency }) });

async function firstAnswer(args) {
  const server = await start(home, ['serve', '--json', '--config', file], { env: keys });
  await (await fetch(`${server.info.url}/healthz`)).text();
  const begin = performance.now();
  const answer = await call(server.info.url, token, 'list_clusters', args);
  const took = performance.now() - begin;
  await server.stop();
  return { took, found: answer.body.result.structuredContent.clusters.length };
}

const all = [], one = [];
for (let i = 0; i < runs; ++i) {
  one.push(await firstAnswer({ region: names[0] }));
  all.push(await firstAnswer({}));
}
if (all.some(({ found }) => found !== regions * perRegion)) throw new Error(`clusters found: ${all.map(({ found }) => found)}`);
const whole = median(all.map(({ took }) => took)), single = median(one.map(({ took }) => took));
console.log(`${regions} regions of ${perRegion} clusters, ${latency} ms away: median ${ms(whole)}, slowest ${ms(Math.max(...all.map(({ took }) => took)))} (bar 300 ms)`);
console.log(`one region: median ${ms(single)}; all of them take ${(whole / single).toFixed(2)} times as long`);

await cloud.stop();
home.remove();
