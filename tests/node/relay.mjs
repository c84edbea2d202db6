// A relay and a voice server as XiaoZhi runs them, as far as a tool server can see them: what mcp-endpoint-server 0.0.6
// and xiaozhi-server 0.9.6 were seen doing, with their bugs.
import { createCipheriv, createDecipheriv, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket, WebSocketServer } from 'ws';

const kToolPath = '/mcp_endpoint/mcp/';
const kCallPath = '/mcp_endpoint/call/';

// Keys of 16, 24 and 32 bytes are used as they are, others are cut or filled with zeros to 32.
function cipherOf(key) {
  let bytes = Buffer.from(key, 'utf8');
  if (![16, 24, 32].includes(bytes.length)) bytes = Buffer.concat([bytes, Buffer.alloc(32)]).subarray(0, 32);
  return [`aes-${bytes.length * 8}-ecb`, bytes, null];
}

export function makeToken(key, json) {
  const cipher = createCipheriv(...cipherOf(key));
  const text = typeof json === 'string' ? json : JSON.stringify(json);
  return Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]).toString('base64');
}

// The agent, or the reason the relay gives when it closes with 1008.
function agentOf(key, token) {
  if (!token) return { refusal: '缺少token参数' };
  let text;
  try {
    const decipher = createDecipheriv(...cipherOf(key));
    text = Buffer.concat([decipher.update(token, 'base64'), decipher.final()]).toString('utf8');
  } catch {
    return { refusal: 'token解密失败' };
  }
  try {
    const agent = JSON.parse(text).agentId;
    return agent ? { agent } : { refusal: '无对应agentId' };
  } catch {
    return { refusal: 'token数据格式错误' };
  }
}

function parse(text) {
  try {
    const value = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export class Relay {
  constructor(options = {}) {
    this.options = {
      key: '0123456789abcdef0123456789abcdef',
      port: 0,
      pingEvery: 20_000,
      pongWithin: 20_000,
      closeWithin: 20_000, // how long a replaced connection may take to answer the close
      unregisterAfter: 20, // ms from the end of a connection to the removal of its registration
      ...options,
    };
    this.tools = new Map(); // agent -> socket
    this.callers = new Map(); // uuid -> {socket, agent}
    this.sockets = new Set();
    this.toolConnections = 0; // ever made
    this.dropped = []; // messages of tools that could not be routed
    this.lock = Promise.resolve(); // one for all agents, as there
  }

  async start() {
    this.server = createServer((request, response) => this.#http(request, response));
    this.front = new WebSocketServer({ noServer: true, maxPayload: 16 << 20, perMessageDeflate: true });
    this.server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    await new Promise((resolve) => this.server.listen(this.options.port, '127.0.0.1', resolve));
    this.port = this.server.address().port;
    this.options.port = this.port; // a restarted relay is found at the same place
    return this;
  }

  // The process ends: nobody says goodbye.
  async stop() {
    for (const socket of this.sockets) socket.terminate();
    this.tools.clear();
    this.callers.clear();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  token(agent = 'single_module') { return makeToken(this.options.key, { agentId: agent }); }
  #url(path, token) { return `ws://127.0.0.1:${this.port}${path}?token=${encodeURIComponent(token)}`; }
  toolUrl(agent) { return this.#url(kToolPath, this.token(agent)); }
  callUrl(agent) { return this.#url(kCallPath, this.token(agent)); }

  #http(request, response) {
    const url = new URL(request.url, 'http://relay');
    const answer = (members) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ result: null, error: null, id: null, jsonrpc: '2.0', ...members }));
    };
    if (url.pathname === '/') {
      response.writeHead(307, { location: '/mcp_endpoint/' }).end();
    } else if (url.pathname === '/mcp_endpoint/') {
      answer({ result: { message: 'MCP Endpoint Server', version: '0.0.6', status: 'running' } });
    } else if (url.pathname === '/mcp_endpoint/health' && url.searchParams.get('key') === this.options.key) {
      const byAgent = {};
      for (const { agent } of this.callers.values()) byAgent[agent] = (byAgent[agent] ?? 0) + 1;
      answer({
        result: {
          status: 'success',
          connections: {
            tool_connections: this.tools.size, robot_connections: this.callers.size,
            total_connections: this.tools.size + this.callers.size, robot_connections_by_agent: byAgent,
          },
        },
      });
    } else if (url.pathname === '/mcp_endpoint/health') {
      answer({ error: { code: -32004, message: '密钥验证失败' } });
    } else {
      response.writeHead(404).end();
    }
  }

  #upgrade(request, socket, head) {
    const url = new URL(request.url, 'http://relay');
    if (url.pathname !== kToolPath && url.pathname !== kCallPath) {
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      return;
    }
    this.front.handleUpgrade(request, socket, head, (peer) => {
      this.sockets.add(peer);
      peer.on('close', () => this.sockets.delete(peer));
      peer.on('error', () => {});
      const { agent, refusal } = agentOf(this.options.key, url.searchParams.get('token'));
      if (refusal) return peer.close(1008, refusal);
      this.#keepAlive(peer);
      if (url.pathname === kToolPath) this.#tool(peer, agent);
      else this.#caller(peer, agent);
    });
  }

  #keepAlive(peer) {
    let overdue;
    const timer = setInterval(() => {
      peer.ping();
      clearTimeout(overdue);
      overdue = setTimeout(() => peer.close(1011, 'keepalive ping timeout'), this.options.pongWithin);
    }, this.options.pingEvery);
    peer.on('pong', () => clearTimeout(overdue));
    peer.on('close', () => { clearInterval(timer); clearTimeout(overdue); });
  }

  // Everybody's registrations wait while one old connection is being closed.
  #locked(work) {
    const done = this.lock.then(work);
    this.lock = done.catch(() => {});
    return done;
  }

  #tool(peer, agent) {
    this.toolConnections += 1;
    // A binary message breaks the handler; text that arrives before the registration waits for it.
    peer.on('message', (data, binary) => {
      if (binary) peer.close(1011);
      else this.#fromTool(agent, data.toString('utf8'));
    });
    peer.on('close', async () => {
      await sleep(this.options.unregisterAfter, undefined, { ref: false });
      this.tools.delete(agent); // by agent, whoever is registered by now: the relay's bug
    });
    this.#locked(async () => {
      const old = this.tools.get(agent);
      if (old && old.readyState === WebSocket.OPEN) {
        old.close(1000, '新连接替换');
        await Promise.race([new Promise((resolve) => old.once('close', resolve)), sleep(this.options.closeWithin, undefined, { ref: false })]);
      }
      this.tools.set(agent, peer);
    });
  }

  #caller(peer, agent) {
    const uuid = randomUUID();
    this.callers.set(uuid, { socket: peer, agent });
    peer.on('close', () => this.callers.delete(uuid));
    peer.on('message', (data, binary) => {
      if (binary) peer.close(1011);
      else this.#locked(() => this.#fromCaller(uuid, peer, agent, data.toString('utf8')));
    });
  }

  #fromCaller(uuid, peer, agent, text) {
    const message = parse(text);
    const tool = this.tools.get(agent);
    if (!tool || tool.readyState !== WebSocket.OPEN) {
      const code = tool ? -32002 : -32001;
      const details = `智能体 ${agent} 没有可用的工具端`;
      if (message && 'id' in message) {
        peer.send(JSON.stringify({
          jsonrpc: '2.0', id: message.id, result: null,
          error: { code, message: tool ? '转发消息失败' : '工具端未连接', data: { agent_id: agent, details } },
        }));
      }
      return;
    }
    if (message?.id) { // falsy ids stay as they are, and their answers get lost
      const kind = Number.isInteger(message.id) ? 'n' : 's';
      message.id = `${uuid}_${kind}_${message.id}`;
      text = JSON.stringify(message);
    }
    tool.send(text);
  }

  #fromTool(agent, text) {
    const message = parse(text);
    const [uuid, kind, ...rest] = typeof message?.id === 'string' ? message.id.split('_') : [];
    const caller = this.callers.get(uuid);
    if (!caller || caller.agent !== agent || !['n', 's'].includes(kind)) {
      this.dropped.push(text);
      return;
    }
    const id = rest.join('_');
    caller.socket.send(JSON.stringify({ ...message, id: kind === 'n' ? Number(id) : id }));
  }
}

// A voice server's endpoint client: opens with three messages back to back, counts its calls from 1 again, takes at most
// 1 MiB, and hands the model nothing but content[0].text.
export class VoiceServer {
  static async open(url, options = {}) {
    const self = new VoiceServer();
    self.waiting = new Map();
    self.answers = [];
    self.socket = new WebSocket(url, { maxPayload: 1 << 20, perMessageDeflate: true, ...options });
    self.closed = new Promise((resolve) => {
      self.socket.once('close', (code, reason) => resolve({ code, reason: reason.toString('utf8') }));
    });
    self.socket.on('error', () => {});
    self.socket.on('message', (data) => self.#take(data.toString('utf8')));
    await Promise.race([
      new Promise((resolve) => self.socket.once('open', resolve)),
      self.closed.then(({ code }) => { throw new Error(`the relay closed with ${code}`); }),
    ]);
    return self;
  }

  #take(text) {
    const message = JSON.parse(text);
    this.answers.push(message);
    const key = JSON.stringify(message.id);
    const first = this.waiting.get(key)?.shift();
    first?.(message);
  }

  send(message) { this.socket.send(typeof message === 'string' ? message : JSON.stringify(message)); }

  // The next answer with that id; ids may be under way several times.
  request(id, method, params, timeout = 10_000) {
    const key = JSON.stringify(id);
    const answer = new Promise((resolve) => {
      if (!this.waiting.has(key)) this.waiting.set(key, []);
      this.waiting.get(key).push(resolve);
    });
    this.send({ jsonrpc: '2.0', id, method, ...(params === undefined ? {} : { params }) });
    const late = new AbortController();
    return Promise.race([
      answer,
      sleep(timeout, undefined, { signal: late.signal }).then(() => { throw new Error(`${method} ${key}: 工具调用请求超时`); }),
    ]).finally(() => late.abort());
  }

  // Does not wait between the messages.
  async begin() {
    const opening = this.request(1, 'initialize', {
      protocolVersion: '2024-11-05', capabilities: { roots: { listChanged: true }, sampling: {} },
      clientInfo: { name: 'XiaozhiMCPEndpointClient', version: '1.0.0' },
    });
    this.send({ jsonrpc: '2.0', method: 'notifications/initialized', params: {} });
    const listing = this.request(2, 'tools/list');
    this.serverInfo = (await opening).result.serverInfo;
    // All a voice server keeps of a tool.
    this.tools = (await listing).result.tools.map(({ name, description = '', inputSchema }) => ({
      name: name.replace(/[^A-Za-z0-9_\u4e00-\u9fff-]/g, '_'),
      description,
      inputSchema: { type: inputSchema.type, properties: inputSchema.properties, required: inputSchema.required },
    }));
    this.calls = 0;
    return this;
  }

  // What the model is told, or what is spoken instead.
  async call(name, args = {}) {
    this.calls += 1;
    const answer = await this.request(this.calls, 'tools/call', { name, arguments: args, serialNumber: null }, 30_000);
    if (answer.error) return { spoken: `MCP接入点错误: ${answer.error.message}` };
    const { result } = answer;
    if (result.isError) return { spoken: `工具调用错误: ${result.error ?? '未提供具体错误信息'}` };
    const first = result.content?.[0];
    if (first?.type !== 'text') return { useless: JSON.stringify(result), result };
    let command;
    try {
      command = JSON.parse(first.text)?.action;
    } catch { /* words, as it should be */ }
    return { text: first.text, command, result };
  }

  async close() {
    this.socket.close(1000);
    return this.closed;
  }
}
