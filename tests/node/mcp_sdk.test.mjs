// The official TypeScript clients, v1 and 2.x, against the fixture server: both eras, stdio and Streamable HTTP.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, before, describe, it } from "node:test";

import { clients, isModern, isV1, overHttp, overStdio, textOf } from "./mcp_clients.mjs";

const binary = process.env.MTC_FIXTURE_SERVER;
assert.ok(binary, "MTC_FIXTURE_SERVER must name the fixture server");

async function startHttp(...args) {
  const child = spawn(binary, ["--http", "127.0.0.1:0", ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const [url] = await once(createInterface(child.stdout), "line");
  return {
    url: new URL(url),
    async stop() {
      child.kill("SIGTERM");
      const [code] = await once(child, "exit");
      assert.equal(code, 0, "the server ends cleanly on SIGTERM");
    },
  };
}

// What every client must be able to do, whatever carries it.
async function exercise(client, name) {
  const { tools } = await client.listTools();
  assert.deepEqual(tools.map((tool) => tool.name),
    ["image", "echo", "slow", "count_cancelled", "failing", "throwing", "secret", "sum", "routed"]);
  const echo = tools.find((tool) => tool.name === "echo");
  assert.equal(echo.annotations.readOnlyHint, true);
  assert.equal(echo.annotations.destructiveHint, false);
  assert.deepEqual(echo.inputSchema.required, ["text"]);

  assert.equal(textOf(await client.callTool({ name: "echo", arguments: { text: "你好，“小智”\n" } })), "你好，“小智”\n");

  const sum = await client.callTool({ name: "sum", arguments: { a: 1.5, b: 2 } });
  assert.deepEqual(sum.structuredContent, { sum: 3.5 });
  assert.equal(textOf(sum), "3.5");

  const image = await client.callTool({ name: "image", arguments: {} });
  assert.equal(image.content[1].text, "A single pixel");
  assert.equal(image.content[2].type, "image");
  assert.equal(image.content[2].mimeType, "image/png");
  assert.equal(Buffer.from(image.content[2].data, "base64").subarray(1, 4).toString(), "PNG");

  assert.equal(textOf(await client.callTool({ name: "routed", arguments: { text: "表 头" } })), "表 头");

  const failing = await client.callTool({ name: "failing", arguments: {} });
  assert.equal(failing.isError, true);
  assert.equal(textOf(failing), "There is no such thing — look up what there is and call again");
  const throwing = await client.callTool({ name: "throwing", arguments: {} });
  assert.equal(throwing.isError, true);
  assert.ok(!JSON.stringify(throwing).includes("inner detail"));
  const wrong = await client.callTool({ name: "sum", arguments: { a: "much" } });
  assert.equal(wrong.isError, true);
  assert.match(textOf(wrong), /^a: expected/);
  const surplus = await client.callTool({ name: "echo", arguments: { text: "a", colour: "red" } });
  assert.equal(surplus.isError, true);
  assert.match(textOf(surplus), /colour/);

  await assert.rejects(client.callTool({ name: "nobody", arguments: {} }), (error) => {
    assert.equal(error.code, -32602);
    assert.match(error.message, /Unknown tool: nobody/);
    return true;
  });
  await assert.rejects(client.listTools({ cursor: "made up" }), (error) => error.code === -32602);

  const order = [];
  const call = async (tool, args) => order.push(textOf(await client.callTool({ name: tool, arguments: args })));
  await Promise.all([call("slow", { milliseconds: 300 }), call("echo", { text: "quick" })]);
  assert.deepEqual(order, ["quick", "Rested."], "a slow call holds nothing up");

  if (!isModern(name)) await client.ping();
}

// Aborts a long call and waits until the server says that it stopped.
async function cancelOne(client, name) {
  const countNow = async () => Number(textOf(await client.callTool({ name: "count_cancelled", arguments: {} })));
  const before = await countNow();
  const stop = new AbortController();
  const call = client.callTool({ name: "slow", arguments: { milliseconds: 60000 } },
    ...(isV1(name) ? [undefined] : []), { signal: stop.signal });
  const ended = assert.rejects(call);
  await client.callTool({ name: "echo", arguments: { text: "the slow one is under way" } });
  stop.abort("changed my mind");
  await ended;
  for (let i = 0; i < 200 && (await countNow()) === before; ++i) await new Promise((done) => setTimeout(done, 10));
  assert.equal(await countNow(), before + 1);
}

for (const name of Object.keys(clients)) {
  describe(`client ${name}`, () => {
    let http;
    before(async () => { http = await startHttp(); });
    after(async () => { await http.stop(); });

    for (const carrier of ["stdio", "http"]) {
      it(`does everything over ${carrier}`, async () => {
        const client = clients[name]();
        await client.connect(carrier === "stdio" ? overStdio(name, binary, ["--stdio"]) : overHttp(name, http.url));
        assert.equal(client.getServerVersion()?.name, "fixture");
        assert.deepEqual(client.getServerCapabilities(), { tools: {} });
        assert.equal(client.getInstructions(), "Call any tool.");
        if (!isV1(name)) {
          assert.equal(client.getProtocolEra(), isModern(name) ? "modern" : "legacy");
          assert.equal(client.getNegotiatedProtocolVersion(), isModern(name) ? "2026-07-28" : "2025-11-25");
        }
        await exercise(client, name);
        await cancelOne(client, name);
        await client.close();
      });
    }

    it("opens sessions in the 2025 era only, and ends them", async () => {
      const transport = overHttp(name, http.url);
      const client = clients[name]();
      await client.connect(transport);
      if (isModern(name)) {
        assert.equal(transport.sessionId, undefined);
      } else {
        assert.match(transport.sessionId, /^[!-~]{22,}$/);
        const id = transport.sessionId;
        await transport.terminateSession();
        const late = await fetch(http.url, {
          method: "POST",
          headers: { "content-type": "application/json", accept: "application/json", "mcp-session-id": id },
          body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
        });
        assert.equal(late.status, 404);
      }
      await client.close();
    });
  });
}

describe("a server with tokens", () => {
  let http;
  before(async () => { http = await startHttp("--token", "t0k3n"); });
  after(async () => { await http.stop(); });

  for (const name of Object.keys(clients)) {
    it(`is closed to ${name} without one`, async () => {
      const client = clients[name]();
      await assert.rejects(client.connect(overHttp(name, http.url)), /401|[Uu]nauthorized/);
    });
    it(`serves ${name} what the token allows`, async () => {
      const client = clients[name]();
      await client.connect(overHttp(name, http.url, "t0k3n"));
      assert.equal(textOf(await client.callTool({ name: "echo", arguments: { text: "in" } })), "in");
      await assert.rejects(client.callTool({ name: "secret", arguments: {} }));
      await client.close();
      const ops = clients[name]();
      await ops.connect(overHttp(name, http.url, "t0k3n-ops"));
      assert.equal(textOf(await ops.callTool({ name: "secret", arguments: {} })), "Known to t0k3n-ops");
      await ops.close();
    });
  }
});

describe("a server without sessions", () => {
  let http;
  before(async () => { http = await startHttp("--stateless"); });
  after(async () => { await http.stop(); });

  for (const name of Object.keys(clients)) {
    it(`serves ${name}`, async () => {
      const transport = overHttp(name, http.url);
      const client = clients[name]();
      await client.connect(transport);
      assert.equal(transport.sessionId, undefined);
      await exercise(client, name);
      await client.close();
    });
  }
});
