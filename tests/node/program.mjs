// Starts the product and its stand-in for tests, and gives each test a place of its own, at eight on a Sunday morning.
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const binary = process.env.MTC_BINARY;
if (!binary) throw new Error('MTC_BINARY must name the mcp-tencent-cloud program');

export function makeHome() {
  const dir = mkdtempSync(join(tmpdir(), 'mtc-test-'));
  return {
    dir,
    env: { PATH: process.env.PATH, HOME: dir, XDG_STATE_HOME: join(dir, 'state'), MTC_START_TIME: '2026-11-22T08:00:00+08:00' },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

// Runs a command to its end and returns what it printed.
export function run(home, args, options = {}) {
  return execFileSync(binary, args, { env: { ...home.env, ...options.env }, input: options.input ?? '', encoding: 'utf8' });
}

// Starts a server whose first line on stdout is JSON, and resolves with it. With `fileBlocks` it cannot make any file
// larger than so many KiB; `program` is another name of the product.
export async function start(home, args, options = {}) {
  const program = options.program ?? binary;
  const limited = ['-c', `trap '' XFSZ; ulimit -f ${options.fileBlocks}; exec "$0" "$@"`, program, ...args];
  const child = spawn(options.fileBlocks ? 'bash' : program, options.fileBlocks ? limited : args, { env: { ...home.env, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk) => { errors += chunk; });
  const exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  const first = await Promise.race([
    new Promise((resolve) => createInterface({ input: child.stdout }).once('line', resolve)),
    exited.then((end) => { throw new Error(`${args.join(' ')} ended early (${JSON.stringify(end)}): ${errors}`); }),
  ]);
  return {
    info: JSON.parse(first),
    child,
    errors: () => errors,
    exited,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      return exited;
    },
  };
}

export function settings(home, yaml, name = 'settings.yaml') {
  const file = join(home.dir, name);
  writeFileSync(file, yaml);
  return file;
}

// The emulated cloud with the demo's night, and the settings and keys to reach it.
export async function startCloud(home, args = ['--demo-night']) {
  const cloud = await start(home, ['emulate', '--listen', '127.0.0.1:0', '--json', ...args]);
  const file = settings(home, `server:\n  listen: 127.0.0.1:0\ntencent:\n  endpoint: ${cloud.info.url}\nbroadcast:\n  audio: false\n`);
  const keys = { TENCENTCLOUD_SECRET_ID: cloud.info.secret_id, TENCENTCLOUD_SECRET_KEY: cloud.info.secret_key };
  return { ...cloud, settings: file, keys };
}

// The settings for that cloud with more lines below `server:`, and with more sections; written to a file of that name.
export function settingsFor(home, cloud, name, server, sections = '') {
  const below = server.map((line) => `  ${line}\n`).join('');
  return settings(home, readFileSync(cloud.settings, 'utf8').replace('server:\n', `server:\n${below}`) + sections, name);
}

// A user who may be greeted at any time, and a token of theirs.
export function addUser(home, name, args = []) {
  run(home, ['user', 'add', name, '--window', '00:00-24:00', ...args]);
  return run(home, ['token', 'create', name, '--scope', 'ops.read']).trim();
}

// A modern (2026-07-28) request, for fetch() and ask().
export function modern(token, method, params = {}, headers = {}) {
  const meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} };
  return {
    method: 'POST',
    headers: {
      'content-type': 'application/json', accept: 'application/json, text/event-stream', authorization: `Bearer ${token}`,
      'mcp-protocol-version': '2026-07-28', 'mcp-method': method, ...(params.name ? { 'mcp-name': params.name } : {}), ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: meta } }),
  };
}

// One HTTP exchange on a connection of its own, with just these headers, Host among them if wanted.
export function ask(url, { method = 'GET', headers = {}, body, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest;
    const request = send(url, { method, headers, agent: false, ...options }, (response) => {
      response.toArray().then((chunks) => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode, headers: response.headers, text, json: () => JSON.parse(text) });
      }, reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

export async function until(look, what, limit = 20_000) {
  for (const end = Date.now() + limit; Date.now() < end;) {
    if (await look()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${what} was not seen in time`);
}

// One modern request, without any library: status and body.
export async function post(url, token, method, params = {}, headers = {}) {
  const response = await fetch(`${url}/mcp`, modern(token, method, params, headers));
  return { status: response.status, body: await messageIn(response) };
}

// The answer: plain JSON, or the last event of a stream where it took long.
async function messageIn(response) {
  if (!response.headers.get('content-type').startsWith('text/event-stream')) return response.json();
  const data = (await response.text()).split('\n').filter((line) => line.startsWith('data: '));
  return JSON.parse(data.at(-1).slice('data: '.length));
}

export const call = (url, token, name, args = {}) => post(url, token, 'tools/call', { name, arguments: args });
