// What the lives of all clients have in common.
import { Wire, expect, pause } from "./wire.mjs";

export const json = { "content-type": "application/json", accept: "application/json, text/event-stream" };
export const yes = (content) => ({ action: "accept", content });  // to a form
export const pick = (list) => list[Math.floor(Math.random() * list.length)];
export const chance = (probability) => Math.random() < probability;
export const between = (low, high) => low + Math.random() * (high - low);

// One client for one life. `world` has url, over(), measure(ms) and think(): a pause between two things.
export class Life {
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
