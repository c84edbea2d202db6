// Whoever sends rubbish is told so, and harms nobody.
import { Life, between, json, pick } from "./life.mjs";
import { expect, shout } from "./wire.mjs";

export class Vandal extends Life {
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
