// What clients do in their lives: of each revision something, and something that none should.
import { Broken, Wire, expect, pause, shout } from "./wire.mjs";

const modern = "2026-07-28";
const key = (name) => `io.modelcontextprotocol/${name}`;
const tasksExtension = key("tasks");
const json = { "content-type": "application/json", accept: "application/json, text/event-stream" };
const yes = (content) => ({ action: "accept", content });

const pick = (list) => list[Math.floor(Math.random() * list.length)];
const chance = (probability) => Math.random() < probability;
const between = (low, high) => low + Math.random() * (high - low);

// One client for one life. `world` has url, over(), measure(ms) and think(): a pause between two things.
class Life {
  id = 0;
  constructor(world, name) {
    this.world = world;
    this.name = name;
    this.wire = new Wire(world.url, name);
  }
  end() { this.wire.vanish(); }

  // The answer to one request, and what came before it in `news`; its time counts if it is `quick`.
  async ask(headers, message, { status = 200, quick = false, news = [], onNews = () => {}, resume } = {}) {
    const start = performance.now();
    let answer = await this.wire.send("POST", headers, JSON.stringify(message));
    expect(answer.status === status, `${message.method} has status ${status}`, answer.status);
    for (;;) {
      for await (const one of answer.messages()) {
        if (one.method === undefined && one.id === message.id) {
          if (quick) this.world.measure(performance.now() - start);
          expect(one.error?.code !== -32603, "the server does not fail inside", one);
          return one;
        }
        expect(one.method !== undefined, "only what was asked is answered", one);
        news.push(one);
        await onNews(one, answer);
      }
      expect(resume && answer.retry !== undefined, `${message.method} is answered`, message);
      await pause(answer.retry);
      answer = await resume(answer.lastEventId);
    }
  }
}

// 2026-07-28: each request stands for itself.
class Modern extends Life {
  #request(method, params, capabilities) {
    const _meta = {
      [key("protocolVersion")]: modern, [key("clientCapabilities")]: capabilities, [key("clientInfo")]: { name: "soak", version: "1" },
      progressToken: `p${this.id}`,
    };
    return { jsonrpc: "2.0", id: pick([++this.id, `m${this.id}`]), method, params: { ...params, _meta } };
  }
  #headers(method, params) {
    const name = params.name ?? params.uri ?? params.taskId;
    return { ...json, "mcp-protocol-version": modern, "mcp-method": method, ...(name === undefined ? {} : { "mcp-name": name }) };
  }
  call(method, params = {}, { capabilities = {}, headers = {}, ...options } = {}) {
    return this.ask({ ...this.#headers(method, params), ...headers }, this.#request(method, params, capabilities), options);
  }
  async result(method, params, options) {
    const answer = await this.call(method, params, options);
    expect(answer.result, `${method} has a result`, answer);
    return answer.result;
  }
  tool(name, args = {}, options = {}, more = {}) {
    return this.result("tools/call", { name, arguments: args, ...more }, options);
  }
  // Begins a request and leaves before its end.
  async abandon(method, params, after, capabilities = {}) {
    let hangUp;
    const answer = this.wire.send("POST", this.#headers(method, params), JSON.stringify(this.#request(method, params, capabilities)),
      (way) => { hangUp = way; }).then(async (one) => {
      for await (const _ of one.messages());
    });
    answer.catch(() => {});
    await pause(after);
    hangUp();
  }

  async look() {
    const { tools } = await this.result("tools/list", {}, { quick: true });
    expect(tools.length > 20, "there are tools", tools.length);
    const found = await this.result("server/discover", {}, { quick: true });
    expect(found.supportedVersions[0] === modern, "this revision is spoken", found);
  }
  async read() {
    const id = `${Math.floor(Math.random() * 1e6)}`;
    const { contents } = await this.result("resources/read", { uri: `test://template/${id}/data` }, { quick: true });
    expect(contents[0].text.includes(id), "the resource is the one asked for", contents);
    await this.result("prompts/get", { name: "test_prompt_with_arguments", arguments: { arg1: "a", arg2: id } }, { quick: true });
  }
  async use() {
    const { content } = await this.tool("test_simple_text", {}, { quick: true });
    expect(content[0].text, "the tool says something", content);
    const news = [];
    await this.tool("test_tool_with_progress", {}, { news });
    expect(news.length === 3, "progress is reported three times", news);
  }
  async converse() {
    const name = "test_input_required_result_multi_round";
    const capabilities = { elicitation: {} };
    let result = await this.tool(name, {}, { capabilities });
    const say = { step1: yes({ name: this.name }), step2: yes({ color: "blue" }) };
    for (let round = 0; round < 2; ++round) {
      expect(result.resultType === "input_required", "more is asked", result);
      if (chance(0.2)) return;  // and never comes back
      const [asked] = Object.keys(result.inputRequests);
      result = await this.tool(name, {}, { capabilities }, { inputResponses: { [asked]: say[asked] }, requestState: result.requestState });
    }
    expect(result.content[0].text === `${this.name} likes blue.`, "both answers were heard", result);
  }
  async err() {
    const unknown = await this.call("no/such/method", {}, { status: 404 });
    expect(unknown.error?.code === -32601, "an unknown method is refused", unknown);
    const differs = await this.call("tools/list", {}, { status: 400, headers: { "mcp-method": "tools/call" } });
    expect(differs.error?.code === -32020, "headers must agree", differs);
    const lacks = await this.call("tools/call", { name: "test_missing_capability" }, { status: 400 });
    expect(lacks.error?.code === -32021, "a capability is missed", lacks);
  }
  async leave() {
    await this.abandon("tools/call", { name: "test_tool_with_progress" }, between(0, 120));
    await this.abandon("tools/call", { name: "slow_compute", arguments: { seconds: 30, label: "x" } }, between(0, 200));
    await this.abandon("tools/list", {}, between(0, 5));
  }
  async listen() {
    const params = { notifications: { toolsListChanged: true, promptsListChanged: true } };
    const ended = new Error("heard enough");
    const seen = [];
    let triggered = false;
    await this.call("subscriptions/listen", params, {
      onNews: async (one, answer) => {
        seen.push(one.method);
        if (!triggered) {
          triggered = true;
          expect(one.method === "notifications/subscriptions/acknowledged", "a subscription is acknowledged first", one);
          await this.tool("test_trigger_tool_change");
        } else if (one.method === "notifications/tools/list_changed") {
          if (chance(0.5)) await pause(between(0, 3000));
          answer.hangUp();
          throw ended;
        }
      },
    }).catch((error) => { if (error !== ended) throw error; });
    expect(seen.length >= 2, "news arrive", seen);
  }
  async delegate() {
    const capabilities = { elicitation: {}, extensions: { [tasksExtension]: {} } };
    const ask = (method, params) => this.result(method, params, { capabilities });
    const args = pick([
      { name: "slow_compute", arguments: { seconds: between(0, 1), label: "t" } },
      { name: "confirm_delete", arguments: { filename: "f" } },
      { name: "protocol_error_job" },
    ]);
    const { taskId, resultType } = await ask("tools/call", args);
    expect(resultType === "task", "it becomes a task", args);
    if (chance(0.2)) return;  // never asks again
    if (chance(0.2)) await ask("tasks/cancel", { taskId });
    for (let round = 0; round < 60; ++round) {
      const task = await ask("tasks/get", { taskId });
      if (["completed", "failed", "cancelled"].includes(task.status)) {
        expect(task.status !== "completed" || task.result.content, "a completed task has a result", task);
        return;
      }
      if (task.status === "input_required") {
        const inputResponses = Object.fromEntries(Object.keys(task.inputRequests).map((one) => [one, yes({ confirm: true })]));
        await ask("tasks/update", { taskId, inputResponses });
      }
      await pause(200);
    }
    throw new Broken(`a task does not end: ${args.name}`);
  }

  async live() {
    const deeds = [this.look, this.look, this.read, this.read, this.use, this.converse, this.err, this.leave, this.listen, this.delegate];
    for (let left = between(3, 12); left > 0 && !this.world.over(); --left) {
      await pick(deeds).call(this);
      await this.world.think();
    }
  }
}

// 2025-03-26 to 2025-11-25: a session.
class Session extends Life {
  capabilities = { elicitation: {} };
  constructor(world, name, version) {
    super(world, name);
    this.version = version;
  }
  #headers() { return { ...json, "mcp-session-id": this.session, "mcp-protocol-version": this.version }; }
  request(method, params = {}) { return { jsonrpc: "2.0", id: pick([++this.id, `s${this.id}`]), method, params }; }
  async result(method, params, options) {
    const answer = await this.ask(this.#headers(), this.request(method, params), { resume: (last) => this.open(last), ...options });
    expect(answer.result, `${method} has a result`, answer);
    return answer.result;
  }
  tool(name, args = {}, options = {}) {
    return this.result("tools/call", { name, arguments: args, _meta: { progressToken: ++this.id } }, options);
  }
  async post(message) {
    const answer = await this.wire.send("POST", this.#headers(), JSON.stringify(message));
    expect(answer.status === 202, "what needs no answer is accepted", answer.status);
    await answer.text();
  }
  note(method, params = {}) { return this.post({ jsonrpc: "2.0", method, params }); }

  async begin() {
    const request = this.request("initialize", { protocolVersion: this.version, capabilities: this.capabilities, clientInfo: { name: "soak", version: "1" } });
    const start = performance.now();
    const answer = await this.wire.send("POST", json, JSON.stringify(request));
    expect(answer.status === 200, "a session is opened", answer.status);
    this.session = answer.headers["mcp-session-id"];
    const { result } = JSON.parse(await answer.text());
    this.world.measure(performance.now() - start);
    expect(result.protocolVersion === this.version, "the version is agreed on", result);
    await this.note("notifications/initialized");
  }
  async open(lastEvent) {
    for (let attempt = 0; ; ++attempt) {
      const answer = await this.wire.send("GET", { ...this.#headers(), accept: "text/event-stream", ...(lastEvent ? { "last-event-id": lastEvent } : {}) });
      if (answer.status === 200) return answer;
      const refusal = await answer.text();
      // The server may not have seen yet that we left the stream before.
      expect(answer.status === 409 && attempt < 50, "a stream is opened", [answer.status, refusal]);
      await pause(100);
    }
  }
  async finish() {
    const answer = await this.wire.send("DELETE", this.#headers());
    expect(answer.status === 204, "a session is closed", answer.status);
    await answer.text();
    const after = await this.wire.send("POST", this.#headers(), JSON.stringify(this.request("ping")));
    expect(after.status === 404, "a closed session is gone", after.status);
    await after.text();
  }

  async look() {
    await this.result("ping", {}, { quick: true });
    const { tools } = await this.result("tools/list", {}, { quick: true });
    expect(tools.length > 20, "there are tools", tools.length);
    await this.result("resources/read", { uri: "test://static-text" }, { quick: true });
  }
  async use() {
    await this.tool("test_simple_text", {}, { quick: true });
    const news = [];
    await this.tool("test_tool_with_progress", {}, { news });
    expect(news.length === 3, "progress is reported three times", news);
  }
  async converse() {
    if (this.version === "2025-03-26") return;
    const silent = chance(0.1);
    const { content, isError } = await this.tool("test_elicitation", { message: "Who?" }, {
      onNews: async (one) => {
        if (one.method === "elicitation/create" && !silent) {
          await this.post({ jsonrpc: "2.0", id: one.id, result: yes({ username: this.name }) });
        }
      },
    });
    expect(silent ? isError : content[0].text.includes(this.name), "the answer was heard", content);
  }
  // The server hangs up; the answer comes over the next connection.
  async resume() {
    const { content } = await this.tool("test_reconnection");
    expect(content[0].text, "the answer has waited", content);
  }
  // We hang up; the answer comes over the next connection.
  async comeBack() {
    if (this.version !== "2025-11-25") return;
    const lost = new Error("hung up");
    let last;
    const request = this.request("tools/call", { name: "test_tool_with_progress", arguments: {}, _meta: { progressToken: 1 } });
    await this.ask(this.#headers(), request, {
      onNews: (_, answer) => {
        last = answer.lastEventId;
        answer.hangUp();
        throw lost;
      },
    }).catch((error) => { if (error !== lost) throw error; });
    await pause(between(0, 200));
    const rest = await this.open(last);
    const ids = [];
    for await (const one of rest.messages()) ids.push(one.id);
    expect(ids.at(-1) === request.id && ids.length === 3, "what was missed comes later", ids);
  }
  async cancel() {
    const params = { name: "slow_compute", arguments: { seconds: 60, label: "x" }, _meta: { progressToken: ++this.id } };
    const request = this.request("tools/call", params);
    const answer = await this.wire.send("POST", this.#headers(), JSON.stringify(request));
    let begun = false;
    for await (const one of answer.messages()) {
      expect(one.method !== undefined, "who cancels is not answered", one);
      begun = true;  // a cancellation that overtakes its request comes to nothing
      await this.note("notifications/cancelled", { requestId: request.id });
    }
    expect(begun, "the call says that it has begun");
  }
  async subscribe() {
    if (this.stream) return;
    this.stream = this.open();
    const answer = await this.stream;
    const heard = (async () => {
      for await (const one of answer.messages()) {
        if (one.method === "notifications/tools/list_changed") return true;
      }
      return false;
    })();
    heard.catch(() => {});
    await this.tool("test_trigger_tool_change");
    expect(await heard, "news arrive");
    answer.hangUp();
    if (chance(0.5)) this.stream = undefined;
  }
  async batch() {
    if (this.version !== "2025-03-26") return;
    const batch = [this.request("ping"), this.request("tools/list"), { jsonrpc: "2.0", method: "notifications/x" },
      this.request("tools/call", { name: "test_simple_text" })];
    const answer = await this.wire.send("POST", this.#headers(), JSON.stringify(batch));
    const got = [];
    for await (const one of answer.messages()) got.push(...(Array.isArray(one) ? one : []));
    const asked = batch.map(({ id }) => id).filter((id) => id !== undefined);
    expect(JSON.stringify(got.map(({ id }) => id)) === JSON.stringify(asked), "a batch is answered in its order", got);
  }
  // The call goes on without us, until the session ends.
  async leaveBehind() {
    const request = this.request("tools/call", { name: "slow_compute", arguments: { seconds: pick([0.2, 2]), label: "left" } });
    let hangUp;
    this.wire.send("POST", this.#headers(), JSON.stringify(request), (way) => { hangUp = way; }).catch(() => {});
    await pause(between(0, 100));
    hangUp();
  }

  async live() {
    await this.begin();
    const deeds = [this.look, this.look, this.look, this.use, this.converse, this.resume, this.comeBack, this.cancel, this.subscribe, this.batch,
      this.leaveBehind];
    for (let left = between(2, 10); left > 0 && !this.world.over(); --left) {
      await pick(deeds).call(this);
      await this.world.think();
    }
    if (chance(0.5)) await this.finish();  // else it just vanishes
  }
}

// Whoever sends rubbish, gets told so, and harms nobody.
class Vandal extends Life {
  async post(body, headers, status) {
    const answer = await this.wire.send("POST", { ...json, ...headers }, body);
    const text = await answer.text();
    expect(answer.status === status, `it is refused with ${status}`, [answer.status, text]);
    expect(JSON.parse(text).error, "a refusal says why", text);
  }
  async live() {
    const { url } = this.world;
    const head = `POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${this.name}\r\n`;
    const junk = () => Buffer.from(Array.from({ length: 1 + Math.random() * 2000 }, () => Math.random() * 256));
    const deeds = [
      () => this.post("{", {}, 400),
      () => this.post("[]", {}, 400),
      () => this.post("[".repeat(100_000), {}, 400),
      () => this.post('{"jsonrpc":"2.0","id":1,"method":"ping"}', { "content-type": "text/plain" }, 415),
      () => this.post('{"jsonrpc":"2.0","id":1,"method":"ping"}', { accept: "text/html" }, 406),
      () => this.post('{"jsonrpc":"2.0","id":1,"method":"ping"}', { "mcp-session-id": "nobody's" }, 404),
      () => this.post('{"jsonrpc":"2.0","id":1,"method":"ping"}', { "mcp-session-id": "x", "mcp-protocol-version": "1" }, 400),
      () => this.post('{"jsonrpc":"2.0","id":1,"method":"ping"}', { origin: "http://evil.example.com" }, 403),
      () => shout(url, junk(), 500),
      () => shout(url, `${head}Content-Length: 100000\r\n\r\n{"json`, between(0, 300)),
      () => shout(url, `${head}X: ${"x".repeat(20_000)}\r\n\r\n`, 20_000).then((heard) => {
        expect(heard.startsWith("HTTP/1.1 431 "), "headers have a limit", heard.slice(0, 100));
      }),
      () => shout(url, `${head}Content-Length: 9999999\r\n\r\n`, 20_000).then((heard) => {
        expect(heard.startsWith("HTTP/1.1 413 "), "bodies have a limit", heard.slice(0, 100));
      }),
      () => shout(url, "", between(0, 1000)),
    ];
    for (let left = between(2, 8); left > 0 && !this.world.over(); --left) {
      await pick(deeds)();
      await this.world.think();
    }
  }
}

// A life at random: most clients are decent.
export function beBorn(world, name) {
  const dice = Math.random();
  if (dice < 0.45) return new Modern(world, name);
  if (dice < 0.65) return new Session(world, name, "2025-11-25");
  if (dice < 0.78) return new Session(world, name, "2025-06-18");
  if (dice < 0.90) return new Session(world, name, "2025-03-26");
  return new Vandal(world, name);
}
