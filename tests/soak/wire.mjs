// HTTP as a client sees it that may hang up at any moment: requests, answers, and streams of server-sent events.
import http from "node:http";
import net from "node:net";

// The server answered wrongly, or not at all.
export class Broken extends Error {}

export function expect(holds, what, seen) {
  if (!holds) throw new Broken(seen === undefined ? what : `${what}: ${JSON.stringify(seen)?.slice(0, 400)}`);
}

// Server-sent events out of pieces of text.
class EventReader {
  #rest = "";
  #event = {};
  take(text) {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop();
    const events = [];
    for (const line of lines) {
      if (line === "") {
        if (Object.keys(this.#event).length > 0) events.push(this.#event);
        this.#event = {};
      } else if (!line.startsWith(":")) {
        const [, name, value] = /^([^:]*):? ?(.*)$/.exec(line);
        this.#event[name] = name === "data" && "data" in this.#event ? `${this.#event.data}\n${value}` : value;
      }
    }
    return events;
  }
  get finished() { return this.#rest === ""; }
}

// An answer under way. `messages` ends when the answer does; hang_up() ends it at once.
export class Answer {
  #request;
  #response;
  hungUp = false;
  lastEventId = "";
  retry;
  constructor(request, response) {
    this.#request = request;
    this.#response = response;
    this.status = response.statusCode;
    this.headers = response.headers;
    response.setEncoding("utf8");
  }
  get streams() { return this.headers["content-type"] === "text/event-stream"; }

  async text() {
    let all = "";
    for await (const piece of this.#response) all += piece;
    return all;
  }

  // The JSON-RPC messages of the answer, whatever form it has.
  async *messages() {
    if (!this.streams) {
      const text = await this.text();
      if (text !== "") yield JSON.parse(text);
      return;
    }
    const reader = new EventReader();
    try {
      for await (const piece of this.#response) {
        for (const { id, data, retry } of reader.take(piece)) {
          if (id !== undefined) this.lastEventId = id;
          if (retry !== undefined) this.retry = Number(retry);
          if (data) yield JSON.parse(data);
        }
      }
    } catch (error) {
      if (!this.hungUp) throw error;
      return;
    }
    expect(this.hungUp || reader.finished, "a stream ends with a whole event");
  }

  hangUp() {
    this.hungUp = true;
    this.#request.destroy();
  }
}

// The connections of one client.
export class Wire {
  #agent = new http.Agent({ keepAlive: true, maxFreeSockets: 2 });
  #url;
  #token;
  #under = new Set();  // requests that have not ended
  constructor(url, token) {
    this.#url = new URL(url);
    this.#token = token;
  }

  // Resolves with the Answer as soon as its head is there. `begun` is called with a way to hang up before.
  async send(method, headers, body, begun = () => {}) {
    for (;;) {
      try {
        return await this.#sendOnce(method, headers, body, begun);
      } catch (error) {
        // The server had just closed a connection it kept for us.
        if (error.code !== "ECONNRESET" || !error.reused) throw error;
      }
    }
  }

  #sendOnce(method, headers, body, begun) {
    return new Promise((resolve, reject) => {
      const { hostname, port, pathname } = this.#url;
      const request = http.request({
        agent: this.#agent, hostname, port, path: pathname, method,
        headers: { authorization: `Bearer ${this.#token}`, ...headers, ...(body === undefined ? {} : { "content-length": Buffer.byteLength(body) }) },
      });
      this.#under.add(request);
      request.once("close", () => this.#under.delete(request));
      request.once("response", (response) => resolve(new Answer(request, response)));
      request.on("error", (error) => {
        error.reused = request.reusedSocket;
        reject(error);
      });
      begun(() => request.destroy());
      request.end(body);
    });
  }

  // All connections break off.
  vanish() {
    for (const request of this.#under) request.destroy();
    this.#agent.destroy();
  }
}

// Raw bytes over a connection of their own; resolves with what came back, or after `patience` ms hangs up.
export function shout(url, bytes, patience) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let heard = "";
    const socket = net.connect({ host: hostname, port }, () => socket.write(bytes));
    socket.setEncoding("utf8").on("data", (text) => { heard += text; });
    socket.on("error", () => {});
    socket.once("close", () => resolve(heard));
    setTimeout(() => socket.destroy(), patience).unref();
  });
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
