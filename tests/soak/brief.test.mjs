// The soak for some seconds: enough to see that nothing is left behind by anybody who hangs up or vanishes.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const server = process.env.MTC_CONFORMANCE_SERVER;
assert.ok(server, "MTC_CONFORMANCE_SERVER must name the conformance server");
const soak = fileURLToPath(new URL("soak.mjs", import.meta.url));

it("survives a storm of clients and comes to rest", { timeout: 100_000 }, async () => {
  // Few enough for a slow machine to answer everybody well before its own patience ends: that would look like a fault.
  const args = [soak, "--server", server, "--clients", "40", "--minutes", "0.08", "--patience-ms", "3000", "--think-ms", "400"];
  await promisify(execFile)(process.execPath, args).catch(({ stdout, stderr }) => assert.fail(`${stdout}${stderr}`));
});
