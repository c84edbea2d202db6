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
  const args = [soak, "--server", server, "--clients", "100", "--minutes", "0.08", "--patience-ms", "2000", "--think-ms", "400"];
  await promisify(execFile)(process.execPath, args).catch(({ stdout, stderr }) => assert.fail(`${stdout}${stderr}`));
});
