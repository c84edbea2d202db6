// What a server does with too much: too many requests, too large ones, and those of foreign pages.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addUser, ask, makeHome, modern, settingsFor, start, startCloud } from './program.mjs';

let home, cloud, server, ann, ben;

before(async () => {
  home = makeHome();
  cloud = await startCloud(home, []);
  ann = addUser(home, 'ann');
  ben = addUser(home, 'ben');
  server = await start(home, ['serve', '--json', '--config', cloud.settings], { env: cloud.keys });
});

after(async () => {
  await server?.stop();
  await cloud?.stop();
  home.remove();
});

const list = (token, headers = {}, options = {}, at = server) => ask(`${at.info.url}/mcp`, { ...modern(token, 'tools/list', {}, headers), ...options });

test('who asks too often is told to wait, and others go on', async (context) => {
  const file = settingsFor(home, cloud, 'slow.yaml', ['requests_per_second: 1']);
  const slow = await start(home, ['serve', '--json', '--config', file], { env: cloud.keys });
  context.after(() => slow.stop());
  const answers = await Promise.all(Array.from({ length: 20 }, () => list(ann, {}, {}, slow)));
  const refused = answers.filter((answer) => answer.status === 429);
  const admitted = answers.filter((answer) => answer.status === 200);
  // Four times as many at once as in a second, and what a slow machine's seconds add.
  assert.ok(admitted.length >= 4 && admitted.length < 12, `${admitted.length}`);
  assert.equal(admitted.length + refused.length, 20);
  for (const answer of refused) {
    const seconds = Number(answer.headers['retry-after']);
    assert.ok(seconds >= 1 && seconds <= 60, answer.headers['retry-after']);
    assert.match(answer.json().error.message, /Too many requests; try again in \d+ s/);
  }
  assert.equal((await list(ben, {}, {}, slow)).status, 200);
  // Whoever has no token uses up nobody's.
  assert.equal((await list('mtc_wrong', {}, {}, slow)).status, 401);
});

test('less than one request a second can be asked for', async (context) => {
  const file = settingsFor(home, cloud, 'slower.yaml', ['requests_per_second: 0.25']);
  const slower = await start(home, ['serve', '--json', '--config', file], { env: cloud.keys });
  context.after(() => slower.stop());
  assert.equal((await list(ann, {}, {}, slower)).status, 200);
  const refused = await list(ann, {}, {}, slower);
  assert.deepEqual([refused.status, refused.headers['retry-after']], [429, '4']);
});

test('foreign pages and foreign names are refused, with and without a token', async () => {
  for (const headers of [{ host: 'evil.example.com' }, { host: 'evil.example.com', origin: 'http://evil.example.com' }, { origin: 'http://evil.example.com' },
    { origin: 'null' }, { origin: 'https://127.0.0.1.evil.example.com' }, { origin: 'http://localhost@evil.example.com' }, { host: '127.0.0.1.evil.example.com' }]) {
    for (const token of [ann, '']) {
      const answer = await list(token, headers);
      assert.equal(answer.status, 403, JSON.stringify(headers));
      assert.equal(answer.headers['access-control-allow-origin'], undefined);
      assert.doesNotMatch(answer.text, /greet/);
    }
  }
  const own = `http://localhost:${new URL(server.info.url).port}`;
  const answer = await list(ann, { origin: own });
  assert.deepEqual([answer.status, answer.headers['access-control-allow-origin']], [200, own]);
});

test('an allowed page gets what it needs for a request of its own', async () => {
  const answer = await ask(`${server.info.url}/mcp`, {
    method: 'OPTIONS',
    headers: { origin: 'http://localhost:6274', 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization, mcp-protocol-version' },
  });
  assert.equal(answer.status, 204);
  for (const name of ['authorization', 'content-type', 'mcp-protocol-version', 'mcp-method', 'mcp-name', 'mcp-session-id', 'last-event-id']) {
    assert.ok(answer.headers['access-control-allow-headers'].includes(name), name);
  }
});

test('too much of anything is refused, and the server goes on', async () => {
  const nested = (depth) => `{"jsonrpc":"2.0","id":1,"method":"tools/list","params":${'['.repeat(depth)}${']'.repeat(depth)}}`;
  const many = Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`x-${i}`, '1']));
  const cases = [
    ['too many headers', 431, { headers: many }],
    ['a header too large', 431, { headers: { 'x-large': 'x'.repeat(17 << 10) } }],
    ['JSON nested too deeply', 400, { body: nested(1000) }, /nested deeper than \d+ levels/],
    ['a body too large', 413, { body: `"${'x'.repeat(5 << 20)}"` }, /too large/],
    ['no JSON', 400, { body: '{"jsonrpc":' }],
    ['no UTF-8', 400, { body: Buffer.from([0x22, 0xff, 0xfe, 0x22]) }],
    ['a message that is none', 400, { body: '{"hello":"world"}' }],
    ['text', 415, { headers: { 'content-type': 'text/plain' } }],
    ['an answer nobody can give', 406, { headers: { accept: 'image/png' } }],
    ['a method nobody offers', 405, { method: 'PATCH' }],
  ];
  for (const [name, status, { headers = {}, ...options }, complaint = /./] of cases) {
    const answer = await list(ann, headers, options);
    assert.equal(answer.status, status, `${name}: ${answer.text}`);
    assert.match(answer.text, complaint, name);
    assert.equal((await list(ann)).status, 200, `after ${name}`);
  }
});
