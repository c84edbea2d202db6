// SIGTERM in the middle of things: what runs is answered, what waits is ended in order, and nobody holds the server up.
import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, before, beforeEach, describe, test } from 'node:test';
import { clients, isModern, overHttp, textOf } from './mcp_clients.mjs';
import { addUser, ask, makeHome, modern, settingsFor, start, startCloud, until } from './program.mjs';

const search = { name: 'search_logs', arguments: { keyword: 'payment', time_range: 'last_2d', limit: 2 } };
let home, cloud, token;

before(async () => {
  home = makeHome();
  cloud = await startCloud(home, ['--demo-night', '--days-before', '1']);
  token = addUser(home, 'ann', ['--language', 'en']);
});

after(async () => {
  await cloud?.stop('SIGKILL'); // it may be delaying an answer
  home.remove();
});

beforeEach(() => delayTheCloud(0));

// Each search takes the cloud so long.
async function delayTheCloud(milliseconds) {
  const faults = { action: 'SearchLog', delay_ms: milliseconds };
  const answer = await fetch(`${cloud.info.url}/_emulator/faults`, { method: 'POST', body: JSON.stringify(faults) });
  assert.equal(answer.status, 200, await answer.text());
}

const searches = async () => (await (await fetch(`${cloud.info.url}/_emulator/stats`)).json()).requests.SearchLog ?? 0;

// Starts a search and resolves with its promise in a box when the cloud has been asked.
async function underWay(begin) {
  const before = await searches();
  const answer = begin();
  answer.catch(() => {});
  await until(async () => (await searches()) > before, 'the search');
  return { answer };
}

async function serve(context, name, lines = []) {
  const server = await start(home, ['serve', '--json', '--config', settingsFor(home, cloud, name, lines)], { env: cloud.keys });
  context.after(() => server.stop('SIGKILL'));
  return { ...server, endpoint: `${server.info.url}/mcp` };
}

// SIGTERM, and how long the end took.
async function stopped(server) {
  const begun = performance.now();
  const end = await server.stop();
  assert.deepEqual(end, { code: 0, signal: null }, server.errors());
  return performance.now() - begun;
}

// A request whose answer is a stream: `until(text)` waits for that in it, `end` tells all and whether it ended properly.
function open(url, { method = 'GET', headers, body }) {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers, agent: false }, (response) => {
      let text = '';
      const reader = response.setEncoding('utf8').on('data', (chunk) => { text += chunk; });
      const end = new Promise((done) => {
        reader.once('close', () => done({ text, whole: response.complete }));
        reader.on('error', () => {});
      });
      resolve({ status: response.statusCode, headers: response.headers, end, until: (words) => until(() => text.includes(words), words), hangUp: () => request.destroy() });
    });
    request.on('error', reject);
    request.end(body);
  });
}

// A session of 2025-11-25 without any library: what its requests are made of.
async function openSession(server) {
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream', authorization: `Bearer ${token}` };
  const message = (id, method, params) => ({ method: 'POST', headers, body: JSON.stringify({ jsonrpc: '2.0', id, method, params }) });
  const opened = await ask(server.endpoint, message(0, 'initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } }));
  assert.equal(opened.status, 200, opened.text);
  headers['mcp-session-id'] = opened.headers['mcp-session-id'];
  await ask(server.endpoint, message(undefined, 'notifications/initialized'));
  return { headers, message };
}

// The answer: plain JSON, or the last event of a stream where it took long.
const lastMessage = (text) => JSON.parse(text.startsWith('{') ? text : text.split('\n').findLast((line) => line.startsWith('data: {')).slice('data: '.length));

describe('a call that runs is answered', () => {
  for (const name of Object.keys(clients)) {
    test(`by the client ${name}`, async (context) => {
      const server = await serve(context, 'running.yaml');
      const client = clients[name]();
      await client.connect(overHttp(name, server.endpoint, token));
      await delayTheCloud(400);
      const { answer } = await underWay(() => client.callTool(search));
      const took = await stopped(server);
      assert.match(textOf(await answer), /payment/);
      assert.ok(took < 8000, `${took} ms`);
      await client.close();
    });
  }

  test('also where its answer has become a stream', async (context) => {
    const server = await serve(context, 'stream.yaml');
    const { message } = await openSession(server);
    await delayTheCloud(3500); // an answer becomes a stream after two or three seconds
    const legacy = await underWay(() => open(server.endpoint, message(5, 'tools/call', search)));
    const late = await underWay(() => open(server.endpoint, modern(token, 'tools/call', search)));
    await stopped(server);
    for (const { answer } of [legacy, late]) {
      const { text, whole } = await (await answer).end;
      assert.ok(whole, 'the stream ends as HTTP has it');
      assert.match(lastMessage(text).result.content[0].text, /payment/);
    }
  });
});

describe('what waits for news is ended in order', () => {
  test('the stream that a 2025 client opened by GET', async (context) => {
    const server = await serve(context, 'get.yaml');
    const { headers } = await openSession(server);
    const stream = await open(server.endpoint, { headers: { ...headers, accept: 'text/event-stream' } });
    assert.equal(stream.status, 200);
    const took = await stopped(server);
    assert.ok((await stream.end).whole, 'no reset');
    assert.ok(took < 5000, `${took} ms`);
  });

  test('subscriptions/listen, with its result', async (context) => {
    const server = await serve(context, 'listen.yaml');
    const stream = await open(server.endpoint, modern(token, 'subscriptions/listen', { notifications: { toolsListChanged: true } }));
    assert.equal(stream.status, 200);
    await stream.until('notifications/subscriptions/acknowledged');
    const took = await stopped(server);
    const { text, whole } = await stream.end;
    assert.ok(whole, 'no reset');
    const last = lastMessage(text);
    assert.equal(last.id, 1);
    assert.equal(last.result.resultType, 'complete', text);
    assert.ok(took < 5000, `${took} ms`);
  });

  test('a subscription and a stream while a call runs on', async (context) => {
    const server = await serve(context, 'all.yaml');
    const { headers, message } = await openSession(server);
    const news = await open(server.endpoint, { headers: { ...headers, accept: 'text/event-stream' } });
    const listening = await open(server.endpoint, modern(token, 'subscriptions/listen', { notifications: { toolsListChanged: true } }));
    await listening.until('acknowledged');
    await delayTheCloud(1000);
    const { answer } = await underWay(() => open(server.endpoint, message(9, 'tools/call', search)));
    const ended = stopped(server);
    assert.ok((await news.end).whole);
    assert.ok(lastMessage((await listening.end).text).result);
    assert.match((await (await answer).end).text, /payment/);
    await ended;
  });

  for (const name of Object.keys(clients)) {
    test(`the connections of an idle client ${name}`, async (context) => {
      const server = await serve(context, 'idle.yaml');
      const client = clients[name]();
      await client.connect(overHttp(name, server.endpoint, token));
      assert.match(textOf(await client.callTool({ name: 'who_am_i', arguments: {} })), /ann/);
      if (!isModern(name)) await client.ping();
      assert.ok((await stopped(server)) < 5000);
      await client.close();
    });
  }

  test('the stream of an idle 2024-11-05 client', async (context) => {
    const server = await serve(context, 'old.yaml', ['old_sse: true', 'stop_within_seconds: 3']);
    const stream = await open(`${server.info.url}/sse`, { headers: { accept: 'text/event-stream', authorization: `Bearer ${token}` } });
    await stream.until('event: endpoint');
    const took = await stopped(server);
    assert.ok((await stream.end).whole, 'no reset');
    assert.ok(took < 2000, `${took} ms`);
  });
});

describe('nobody holds the server up', () => {
  test('a 2025 client that hung up in the middle of a long call', async (context) => {
    const server = await serve(context, 'gone.yaml', ['stop_within_seconds: 1']);
    const { message } = await openSession(server);
    await delayTheCloud(60_000);
    const stop = new AbortController();
    await underWay(() => fetch(server.endpoint, { ...message(5, 'tools/call', search), signal: stop.signal }));
    stop.abort();
    assert.ok((await stopped(server)) < 8000);
  });

  test('a call that takes longer than that: a 2025 client is told', async (context) => {
    const server = await serve(context, 'late.yaml', ['stop_within_seconds: 1']);
    const { message } = await openSession(server);
    await delayTheCloud(60_000);
    const { answer } = await underWay(() => ask(server.endpoint, message(5, 'tools/call', search)));
    assert.ok((await stopped(server)) < 8000);
    const { result } = lastMessage((await answer).text);
    assert.ok(result.isError);
    assert.match(result.content[0].text, /cancelled/);
  });

  test('a call that takes longer than that: a modern client is told', async (context) => {
    const server = await serve(context, 'late.yaml', ['stop_within_seconds: 1']);
    await delayTheCloud(60_000);
    const { answer } = await underWay(() => ask(server.endpoint, modern(token, 'tools/call', search)));
    assert.ok((await stopped(server)) < 8000);
    assert.ok(lastMessage((await answer).text).result);
  });

  test('a client that sends half a request', async (context) => {
    const server = await serve(context, 'half.yaml', ['stop_within_seconds: 1']);
    const half = httpRequest(server.endpoint, { method: 'POST', headers: { 'content-length': 100, authorization: `Bearer ${token}` }, agent: false });
    half.on('error', () => {});
    await new Promise((resolve) => half.write('{"jsonrpc"', resolve));
    const took = await stopped(server);
    assert.ok(took < 8000, `${took} ms`);
  });

  test('a second SIGTERM ends it at once', async (context) => {
    const server = await serve(context, 'twice.yaml', ['stop_within_seconds: 60']);
    const { message } = await openSession(server);
    await delayTheCloud(60_000);
    const { answer } = await underWay(() => ask(server.endpoint, message(5, 'tools/call', search)));
    server.child.kill('SIGTERM');
    await until(() => ask(`${server.info.url}/healthz`).then(() => false, () => true), 'the closed port');
    server.child.kill('SIGTERM');
    assert.deepEqual(await server.exited, { code: null, signal: 'SIGTERM' });
    await assert.rejects(answer);
  });
});
