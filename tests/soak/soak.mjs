// Many clients of all revisions for minutes, over streamable HTTP, among them those that hang up, vanish and send rubbish;
// then quiet. Everything must be answered as it should be, and afterwards nothing may be left: no session, no stream, no
// task, no memory, no leak.
//
//   node soak.mjs --server PATH [--clients 500] [--minutes 10] [--patience-ms 10000] [--think-ms 1500]
//
// Best against a build with the address and leak sanitizers. Exits with 1 if a check fails.
import { parseArgs } from "node:util";

import { beBorn } from "./lives.mjs";
import { Server } from "./server.mjs";
import { Wire, pause } from "./wire.mjs";

const { values: options } = parseArgs({
  options: {
    server: { type: "string" },
    clients: { type: "string", default: "500" },
    minutes: { type: "string", default: "10" },
    "patience-ms": { type: "string", default: "10000" },
    "think-ms": { type: "string", default: "1500" },
  },
});
if (!options.server) throw new Error("--server must name the conformance server");
const clients = Number(options.clients);
const duration = Number(options.minutes) * 60_000;
const patience = Number(options["patience-ms"]);
const think = Number(options["think-ms"]);

const failures = new Map();  // by what was wrong, how often
let broken = 0;
let judging = true;

function fail(what) {
  if (!judging) return;
  ++broken;
  const short = what.slice(0, 500);
  if (failures.size < 50 || failures.has(short)) failures.set(short, (failures.get(short) ?? 0) + 1);
}

// The value below which that part of all lies.
function quantile(values, part) {
  const sorted = Float64Array.from(values).sort();
  return sorted.length === 0 ? 0 : sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}
const show = (ms) => `${ms.toFixed(1)} ms`;

class World {
  lives = 0;
  times = [];  // of quick requests, ms
  constructor(url, length) {
    this.url = url;
    this.end = performance.now() + length;
  }
  over() { return performance.now() >= this.end; }
  measure(ms) { this.times.push(ms); }
  think() { return pause(Math.random() * think); }
}

// One client after another under the same name.
async function haunt(world, name) {
  await pause(Math.random() * think);
  while (!world.over()) {
    const life = beBorn(world, name);
    try {
      await life.live();
    } catch (error) {
      fail(error.code ? `${error.code} ${error.message}` : `${error.constructor.name}: ${error.message}`);
      await pause(100);
    }
    life.end();
    ++world.lives;
  }
}

async function storm(server, length) {
  const world = new World(server.url, length);
  const start = performance.now();
  let seen = 0;
  const minutes = setInterval(async () => {
    const fresh = world.times.slice(seen);
    seen = world.times.length;
    const { sessions, running, streams, listening, tasks } = await server.describe();
    console.log(`${((performance.now() - start) / 60_000).toFixed(0)} min: ${world.lives} lives, ${seen} quick requests, p50 ${show(quantile(fresh, 0.5))}, `
      + `p99 ${show(quantile(fresh, 0.99))}, ${sessions} sessions, ${running} running, ${streams} streams, ${listening} listening, ${tasks} tasks, `
      + `${server.memory().toFixed(0)} MiB, ${broken} failures`);
  }, 60_000);
  await Promise.all(Array.from({ length: clients }, (_, i) => haunt(world, `client-${i}`)));
  clearInterval(minutes);
  return world;
}

// Expired sessions end when somebody else comes along.
async function knock(server) {
  const wire = new Wire(server.url, "knocker");
  const headers = { "content-type": "application/json", "mcp-session-id": "none" };
  const answer = await wire.send("POST", headers, '{"jsonrpc":"2.0","id":1,"method":"ping"}');
  await answer.text();
  wire.vanish();
}

// What is left after everything has had its time to end.
async function rest(server) {
  const deadline = performance.now() + 3 * patience + 10_000;
  let left;
  do {
    await pause(500);
    await knock(server);
    left = await server.describe();
  } while (Object.values(left).some((count) => count !== 0) && performance.now() < deadline);
  return { left, memory: server.memory() };
}

async function main() {
  const checks = [];
  const check = (what, holds, seen) => checks.push({ check: what, result: holds ? "ok" : "FAILED", seen: String(seen) });

  const server = await Server.start(options.server, patience);
  const fresh = server.memory();
  // Caches, pools and the allocator's reserves are filled once.
  await storm(server, Math.min(duration / 4, 90_000));
  const warm = await rest(server);
  console.log(`warmed up: ${fresh.toFixed(0)} MiB when started, ${warm.memory.toFixed(0)} MiB now, ${broken} failures`);

  const world = await storm(server, duration);
  const peak = server.memory();
  const quiet = await rest(server);
  check("all that was asked was answered as it should be", broken === 0, `${broken} failures in ${world.lives} lives`);
  for (const [what, count] of Object.entries(quiet.left)) check(`no ${what} after the storm`, count === 0, count);
  check("memory is back where it was", quiet.memory < warm.memory * 1.2 + 16,
    `${fresh.toFixed(0)} MiB started, ${warm.memory.toFixed(0)} warm, ${peak.toFixed(0)} at the end of the storm, ${quiet.memory.toFixed(0)} quiet`);
  check("quick requests were measured", world.times.length > clients,
    `${world.times.length}: p50 ${show(quantile(world.times, 0.5))}, p99 ${show(quantile(world.times, 0.99))}, p99.9 ${show(quantile(world.times, 0.999))}`);

  // The end comes while clients are busy: whatever they then see is no failure.
  judging = false;
  storm(server, 5000).catch(() => {});
  await pause(2000);
  const { code, signal } = await server.stop(15_000);
  check("it ends cleanly in the middle of a storm", code === 0, code ?? signal);
  check("it did not complain", server.complaints === 0, `${server.complaints} complaints, ${server.said.length} lines on stderr`);

  console.table(checks);
  for (const [what, count] of failures) console.log(`${count} × ${what}`);
  if (server.said.length > 0) console.log(server.said.slice(0, 60).join("\n"));
  process.exit(checks.every(({ result }) => result === "ok") ? 0 : 1);
}

await main();
