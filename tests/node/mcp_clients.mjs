// The official TypeScript clients by name, and how each of them reaches a server.
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as StdioV1 } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as HttpV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { Client as ClientV2, StreamableHTTPClientTransport as HttpV2 } from "@modelcontextprotocol/client";
import { StdioClientTransport as StdioV2 } from "@modelcontextprotocol/client/stdio";

const self = { name: "sdk-test", version: "1.0.0" };

export const clients = {
  "v1": () => new ClientV1(self),
  "v2, 2025 era": () => new ClientV2(self),
  "v2, negotiating": () => new ClientV2(self, { versionNegotiation: { mode: "auto" } }),
  "v2, 2026-07-28": () => new ClientV2(self, { versionNegotiation: { mode: { pin: "2026-07-28" } } }),
};
export const isV1 = (name) => name === "v1";
export const isModern = (name) => name === "v2, negotiating" || name === "v2, 2026-07-28";

// Starts the command and talks to its pipes; `env` is all that it sees besides PATH and HOME.
export function overStdio(name, command, args, env) {
  return new (isV1(name) ? StdioV1 : StdioV2)({ command, args, env });
}
export function overHttp(name, url, token) {
  const options = token ? { requestInit: { headers: { Authorization: `Bearer ${token}` } } } : {};
  return new (isV1(name) ? HttpV1 : HttpV2)(new URL(url), options);
}

export const textOf = (result) => result.content[0].text;
