// Clients of 2024-11-05 to 2025-11-25: each life is a session, over streamable HTTP whatever the revision.
import { Life, between, chance, json, pick, yes } from "./life.mjs";
import { expect, pause } from "./wire.mjs";

export class Session extends Life {
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
    if (this.version < "2025-06-18") return;  // nobody could be asked
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
