// What our server is measured against: the official TypeScript SDK (v1), in the fastest way we know to use it, and bare
// node:http beside it. Started by bench/mcp.mjs.
//   node bench/mcp_reference.mjs --http [--catalogue FILE]    prints its URL, serves until SIGTERM; with sessions
//   node bench/mcp_reference.mjs --bare                       node:http alone, no protocol: every answer is the echo's
//   node bench/mcp_reference.mjs --stdio
// FILE holds the array of tools to list, as JSON.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const require = createRequire(fileURLToPath(new URL('../tests/node/package.json', import.meta.url)));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);

const [mode] = process.argv.slice(2);
const catalogueFile = process.argv[process.argv.indexOf('--catalogue') + 1];
const echoTool = {
  name: 'echo',
  description: 'Repeats a text.',
  inputSchema: { type: 'object', properties: { text: { type: 'string', description: 'What to repeat' } }, required: ['text'] },
};
const tools = process.argv.includes('--catalogue') ? JSON.parse(readFileSync(catalogueFile, 'utf8')) : [echoTool];

// The SDK's low-level server: McpServer on top of it checks arguments with zod, which costs more.
async function makeServerFactory() {
  const { Server } = await load('@modelcontextprotocol/sdk/server/index.js');
  const { CallToolRequestSchema, ListToolsRequestSchema } = await load('@modelcontextprotocol/sdk/types.js');
  return () => {
    const server = new Server({ name: 'reference', version: '1.0.0' }, { capabilities: { tools: {} } });
    server.setRequestHandler(ListToolsRequestSchema, () => ({ tools }));
    server.setRequestHandler(CallToolRequestSchema, ({ params }) => ({ content: [{ type: 'text', text: params.arguments.text }] }));
    return server;
  };
}

function listen(server) {
  server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/mcp`));
  process.once('SIGTERM', () => process.exit(0));
}

function read(request) {
  return new Promise((resolve) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk) => { body += chunk; });
    request.on('end', () => resolve(body));
  });
}

// The SDK's transport for node makes a listener of @hono/node-server for every request and keeps the platform's Response.
// One listener with hono's own Response, and a body parsed here instead of through a web stream, serve half as much again.
async function serveHttp() {
  const makeServer = await makeServerFactory();
  const { WebStandardStreamableHTTPServerTransport: Transport } = await load('@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js');
  const ofSdk = createRequire(require.resolve('@modelcontextprotocol/sdk/server/index.js'));
  const { getRequestListener } = ofSdk('@hono/node-server');
  const sessions = new Map();
  const open = async () => {
    const transport = new Transport({
      sessionIdGenerator: randomUUID,
      enableJsonResponse: true,
      onsessioninitialized: (id) => sessions.set(id, transport),
      onsessionclosed: (id) => sessions.delete(id),
    });
    await makeServer().connect(transport);
    return transport;
  };
  listen(createServer(getRequestListener(async (request, { incoming }) => {
    const id = incoming.headers['mcp-session-id'];
    const transport = id === undefined ? await open() : sessions.get(id);
    if (transport === undefined) return new Response('There is no such session', { status: 404 });
    const parsedBody = incoming.method === 'POST' ? JSON.parse(await read(incoming)) : undefined;
    return transport.handleRequest(request, { parsedBody });
  })));
}

// Parses and answers every POST as if it called echo.
function serveBare() {
  listen(createServer(async (request, response) => {
    const { id, params } = JSON.parse((await read(request)) || '{}');
    const body = JSON.stringify({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: params?.arguments?.text ?? '' }] } });
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }).end(body);
  }));
}

async function serveStdio() {
  const makeServer = await makeServerFactory();
  const { StdioServerTransport } = await load('@modelcontextprotocol/sdk/server/stdio.js');
  process.stdin.once('end', () => process.exit(0));
  await makeServer().connect(new StdioServerTransport());
}

const modes = { '--http': serveHttp, '--bare': serveBare, '--stdio': serveStdio };
if (!(mode in modes)) {
  console.error('usage: mcp_reference.mjs --http [--catalogue FILE] | --bare | --stdio');
  process.exit(2);
}
await modes[mode]();
