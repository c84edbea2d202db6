// Clients of 2026-07-28: each request stands for itself.
import { Life, between, chance, json, pick, yes } from "./life.mjs";
import { Broken, expect, pause } from "./wire.mjs";

const modern = "2026-07-28";
const key = (name) => `io.modelcontextprotocol/${name}`;
const tasksExtension = key("tasks");

export class Modern extends Life {
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
