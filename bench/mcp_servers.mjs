// Starts the servers that bench/mcp.mjs compares, each on the first core, and the load generator on the second.
import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';

const onFirstCore = (command) => ['-c', '0', ...command];
const ticksPerSecond = 100; // what Linux promises in /proc, whatever its own clock

const running = new Set();
process.once('exit', () => { for (const child of running) child.kill('SIGKILL'); }); // when something went wrong

function launch(command) {
  const child = spawn('taskset', onFirstCore(command), { stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(child);
  const ended = new Promise((resolve) => child.once('exit', () => { running.delete(child); resolve(); }));
  const url = new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${command.join(' ')} ended with ${code} before it printed its URL`)));
  });
  const stop = () => { child.kill('SIGTERM'); return ended; };
  return { child, url, stop };
}

// A server whose first line on stdout is its URL.
export async function startServer(command) {
  const { child, url, stop } = launch(command);
  const proc = (file) => readFileSync(`/proc/${child.pid}/${file}`, 'utf8');
  return {
    url: await url,
    // User and system time so far, seconds. The fields after the name, which may hold blanks itself.
    cpuSeconds() {
      const fields = proc('stat').replace(/^.*\) /, '').split(' ');
      return { user: fields[11] / ticksPerSecond, system: fields[12] / ticksPerSecond };
    },
    peakMegabytes: () => Number(/VmHWM:\s+(\d+)/.exec(proc('status'))[1]) * 1024 / 1e6,
    stop,
  };
}

// Runs mcp_load with these arguments and resolves with its figures. Rejects unless every answer was right.
export function runLoad(generator, args) {
  return new Promise((resolve, reject) => {
    execFile('taskset', ['-c', '1', generator, ...args.map(String)], { timeout: 300_000 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`mcp_load ${args.join(' ')}: ${stdout || stderr || error.message}`));
      else resolve(JSON.parse(stdout));
    });
  });
}

export const runStdio = (generator, args, command) =>
  runLoad(generator, ['--stdio', ...args, '--', 'taskset', ...onFirstCore(command)]);

const hello = JSON.stringify({
  jsonrpc: '2.0', id: 1, method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
});

function firstAnswer(url) {
  const { hostname, port, pathname } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(port, hostname, () => socket.write(
      `POST ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAccept: application/json, text/event-stream\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${hello.length}\r\n\r\n${hello}`));
    socket.once('error', reject);
    socket.once('data', (bytes) => {
      socket.destroy();
      if (String(bytes).startsWith('HTTP/1.1 200')) resolve();
      else reject(new Error(`initialize was answered with ${bytes}`));
    });
  });
}

// Milliseconds from the start of the program until it has answered `initialize` over HTTP.
export async function timeColdStart(command) {
  const begin = performance.now();
  const { url, stop } = launch(command);
  await firstAnswer(await url);
  const took = performance.now() - begin;
  await stop();
  return took;
}

// What a server lists, without opening a session.
export async function fetchTools(url) {
  const version = '2026-07-28';
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', 'mcp-protocol-version': version, 'mcp-method': 'tools/list' },
    body: JSON.stringify({
      jsonrpc: '2.0', id: 1, method: 'tools/list',
      params: { _meta: { 'io.modelcontextprotocol/protocolVersion': version, 'io.modelcontextprotocol/clientCapabilities': {} } },
    }),
  });
  return (await response.json()).result.tools;
}
