// Measures the program as its users meet it: start-up, memory, the greeting, a digest of a million lines.
//   node bench/product.mjs [--lines 1000000]        with MTC_BINARY naming an optimised build
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { call, makeHome, run, start, startCloud, binary } from '../tests/node/program.mjs';

const lines = Number(process.argv[process.argv.indexOf('--lines') + 1]) || 1_000_000;
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const p99 = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.99)];
const ms = (value) => `${value.toFixed(1)} ms`;
const memory = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

const home = makeHome();
const cloud = await startCloud(home, ['--demo-night', '--days-before', '1', '--lines-per-day', String(lines)]);
run(home, ['user', 'add', 'zhangsan', '--window', '00:00-24:00']);
const token = run(home, ['token', 'create', 'zhangsan', '--scope', 'ops.read']).trim();

function firstAnswer(command, args, input) {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    const child = spawn(command, args, { env: { ...home.env, ...cloud.keys }, stdio: ['pipe', 'pipe', 'ignore'] });
    child.stdout.once('data', () => { resolve(performance.now() - begin); child.stdin.end(); });
    child.once('error', reject);
    child.stdin.write(input);
  });
}

const hello = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } } }) + '\n';
const ours = [], cat = [];
for (let i = 0; i < 21; ++i) {
  cat.push(await firstAnswer('/bin/cat', [], hello));
  ours.push(await firstAnswer(binary, ['stdio', '--config', cloud.settings, '--user', 'zhangsan'], hello));
}
console.log(`process start to first MCP answer: median ${ms(median(ours))} (cat in the same run: ${ms(median(cat))}; bar 60 ms)`);

const server = await start(home, ['serve', '--json', '--config', cloud.settings], { env: cloud.keys });
console.log(`resident memory of an idle server: ${memory(server.child.pid).toFixed(1)} MiB (bar 30 MiB)`);

const begin = performance.now();
const first = await call(server.info.url, token, 'greet');
const kind = first.body.result.structuredContent.kind;
console.log(`digest of ${lines.toLocaleString('en')} emulated lines, from greeting to speech: ${((performance.now() - begin) / 1000).toFixed(2)} s (${kind}; bar 5 s)`);

// Mornings whose digest is prepared: 20 people, each once. Before each an empty answer, which is the client's part and HTTP's.
const told = [], empty = [];
for (let i = 0; i < 20; ++i) {
  run(home, ['user', 'add', `user${i}`, '--window', '00:00-24:00']);
  const theirs = run(home, ['token', 'create', `user${i}`, '--scope', 'ops.read']).trim();
  await call(server.info.url, theirs, 'repeat_broadcast'); // makes the digest and leaves the morning to the greeting
  const at = performance.now();
  await (await fetch(`${server.info.url}/healthz`)).text();
  const between = performance.now();
  const greeting = await call(server.info.url, theirs, 'greet');
  told.push(performance.now() - between);
  empty.push(between - at);
  if (greeting.body.result.structuredContent.kind !== 'broadcast') throw new Error('no broadcast');
}
console.log(`greeting with a prepared digest: median ${ms(median(told))}, slowest ${ms(Math.max(...told))}; an empty answer in the same run: ${ms(median(empty))} (bar 10 ms inside the server)`);

const again = [];
for (let i = 0; i < 1000; ++i) {
  const at = performance.now();
  await call(server.info.url, token, 'repeat_broadcast');
  again.push(performance.now() - at);
}
console.log(`telling it again: median ${ms(median(again))}, p99 ${ms(p99(again))}`);
console.log(`resident memory after that: ${memory(server.child.pid).toFixed(1)} MiB`);

await server.stop();
await cloud.stop();
home.remove();
