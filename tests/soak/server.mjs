// The conformance server as a process: started, watched, asked what is under way, stopped.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

// Nothing of that may be said by a server in good health.
const complaint = /Sanitizer|runtime error|\[error\]|\[critical\]|Assertion|terminate called/;
// One of the fixture's tools fails as the server's own fault; that belongs in the log.
const expected = /\[error\] mcp: The job broke down$/;

export class Server {
  static async start(binary, patience) {
    const child = spawn(binary, ["--http", "127.0.0.1:0", "--patience-ms", String(patience), "--named"], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ASAN_OPTIONS: "quarantine_size_mb=8:detect_leaks=1", UBSAN_OPTIONS: "print_stacktrace=1" },
    });
    const server = new Server(child);
    const [url] = await Promise.race([
      once(createInterface(child.stdout), "line"),
      server.exited.then(({ code }) => { throw new Error(`the server ended early, with ${code}: ${server.said.join("\n")}`); }),
    ]);
    server.url = url;
    return server;
  }

  said = [];  // on stderr, besides descriptions
  complaints = 0;
  #waiting = [];
  constructor(child) {
    this.child = child;
    this.exited = once(child, "close").then(([code, signal]) => ({ code, signal }));
    createInterface(child.stderr).on("line", (line) => {
      if (line.startsWith('{"listening"')) {
        this.#waiting.shift()?.(JSON.parse(line));
      } else if (!expected.test(line)) {
        if (complaint.test(line)) ++this.complaints;
        if (this.said.length < 200) this.said.push(line);
      }
    });
  }
  get alive() { return this.child.exitCode === null && this.child.signalCode === null; }

  // {"listening","running","sessions","streams","tasks"}
  describe() {
    const described = new Promise((resolve) => { this.#waiting.push(resolve); });
    this.child.kill("SIGUSR1");
    return Promise.race([described, this.exited.then(() => { throw new Error("the server has ended"); })]);
  }
  // MiB in memory.
  memory() {
    const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.child.pid}/status`, "utf8"));
    return Number(kib) / 1024;
  }
  // {code, signal}; killed if it does not end within `patience` ms.
  async stop(patience) {
    this.child.kill("SIGTERM");
    const late = setTimeout(() => this.child.kill("SIGKILL"), patience);
    const end = await this.exited;
    clearTimeout(late);
    return end;
  }
}
