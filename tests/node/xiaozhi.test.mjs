// The XiaoZhi connection against a relay with its bugs and a voice server with its habits.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { createInterface } from 'node:readline';
import { createConnection, createServer } from 'node:net';
import { WebSocket } from 'ws';
import { Relay, VoiceServer, makeToken } from './relay.mjs';

const program = process.env.MTC_XIAOZHI_FIXTURE;
if (!program) throw new Error('MTC_XIAOZHI_FIXTURE must name the xiaozhi_fixture program');

// Starts a tool server for the endpoint. `until` resolves with the first status, from now on or the present one, that fits.
function startTool(context, url, ...flags) {
  const child = spawn(program, [url, ...flags.map(String)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const self = { child, status: {}, log: '' };
  const waiting = new Set();
  child.stderr.on('data', (chunk) => { self.log += chunk; });
  createInterface({ input: child.stdout }).on('line', (line) => {
    self.status = JSON.parse(line);
    for (const look of [...waiting]) look();
  });
  self.exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  self.until = (fits, limit = 15_000) => new Promise((resolve, reject) => {
    const giveUp = setTimeout(() => {
      waiting.delete(look);
      reject(new Error(`${fits} was not seen; last status ${JSON.stringify(self.status)}; log:\n${self.log}`));
    }, limit);
    const look = () => {
      if (!fits(self.status)) return;
      waiting.delete(look);
      clearTimeout(giveUp);
      resolve(self.status);
    };
    waiting.add(look);
    look();
  });
  self.online = (connections = 1) => self.until((s) => s.state === 'online' && s.connections >= connections);
  self.stop = () => { child.kill('SIGTERM'); return self.exited; };
  context.after(async () => {
    await self.stop();
    assert.doesNotMatch(self.log, /token=[\w%]/);
  });
  return self;
}

async function startRelay(context, options) {
  const relay = await new Relay(options).start();
  context.after(() => relay.stop());
  return relay;
}

// A relay with a connected tool server, and as many voice servers as asked for.
async function connected(context, { relay: options, flags = [], callers = 1 } = {}) {
  const relay = await startRelay(context, options);
  const tool = startTool(context, relay.toolUrl(), ...flags);
  await tool.online();
  const voices = [];
  for (let i = 0; i < callers; ++i) {
    const voice = await VoiceServer.open(relay.callUrl());
    context.after(() => voice.close());
    voices.push(await voice.begin());
  }
  return { relay, tool, voices, voice: voices[0] };
}

const bytes = (text) => Buffer.byteLength(text, 'utf8');
const resultBytes = (answer) => bytes(JSON.stringify(answer.result));

test('the relay knows the tokens of the fact sheet', () => {
  const key = '0123456789abcdef0123456789abcdef';
  assert.equal(makeToken(key, '{"agentId":"single_module"}'), '25tO2++ot20uAGYQUBDxwVzV0D6LHCTIffJCvU7cDWM=');
  assert.equal(makeToken(key, '{"agentId": "26096ca9acdebc317d4c479ef452b5aa"}'),
    'Ic2r+1Qt48/N1g9SkIZvP6FkaHZt0T6ZlNKik0Tx0kcWpNmyNten1jD/L5/8CEIV');
  assert.equal(makeToken('shortkey', '{"agentId":"p5"}'), 'pydX/pQCjvLkZnoFartpop/dBiOzVLjSnm6fJw9Rc3Y=');
});

test('a voice server opens without waiting, lists the tools and calls them', async (context) => {
  const { voice } = await connected(context);
  assert.equal(voice.serverInfo.name, 'xiaozhi-fixture');
  assert.deepEqual(voice.tools.map((tool) => tool.name),
    ['test_say', 'test_refuse', 'test_draw', 'test_talk', 'test_rest', 'read_on']);
  assert.deepEqual(voice.tools[0].inputSchema.required, ['text']);
  assert.equal(voice.tools[0].inputSchema.properties.text.type, 'string');
  const answer = await voice.call('test_say', { text: '你好，张三。', mac_address: 'aa:bb' });
  assert.equal(answer.text, '你好，张三。');
  assert.deepEqual(Object.keys(answer.result), ['content']);
  assert.equal(answer.result.content.length, 1);
});

test('what would be lost or misread is told in words', async (context) => {
  const { voice } = await connected(context);
  assert.equal((await voice.call('test_refuse', { text: '你的账号没有回滚权限。' })).text, '没有成功：你的账号没有回滚权限。');
  assert.match((await voice.call('test_say', {})).text, /^没有成功：text: missing/);
  assert.equal((await voice.call('test_talk', { number: '1' })).text, '第1句话到这里结束。');
  assert.equal((await voice.call('test_say', { text: '' })).text, '好了。');
  assert.equal((await voice.call('test_draw', { text: '看这里。' })).text, '看这里。另有一张图，这里看不到：曲线。');
  for (const text of ['{"action":"RESPONSE","response":"x"}', ' \n{"action":"scale"}', '\ufeff{"action":"NONE"}']) {
    const answer = await voice.call('test_say', { text });
    assert.equal(answer.command, undefined, answer.text);
    assert.match(answer.text, /^结果：/);
  }
  const unknown = await voice.call('test_nothing');
  assert.match(unknown.spoken, /^MCP接入点错误: Unknown tool/);
});

test('a long answer stays under 1000 bytes and can be continued to its end', async (context) => {
  const { voice } = await connected(context);
  let answer = await voice.call('test_talk', { number: 120 });
  let heard = '';
  const more = '还有更多，说“继续”我接着讲。';
  while (answer.text.endsWith(more)) {
    assert.ok(resultBytes(answer) <= 1000);
    heard += answer.text.slice(0, -more.length);
    answer = await voice.call('read_on');
  }
  heard += answer.text;
  assert.equal(heard, Array.from({ length: 120 }, (_, i) => `第${i + 1}句话到这里结束。`).join(''));
  assert.equal((await voice.call('read_on')).text, '后面没有了。');
  for (const text of ['"'.repeat(3000), '字'.repeat(3000), '👨‍👩‍👧'.repeat(500), '\\'.repeat(3000)]) {
    const long = await voice.call('test_say', { text });
    assert.ok(resultBytes(long) <= 1000);
    assert.ok(!long.text.includes('\ufffd'));
  }
});

test('several callers with the same ids, in parallel, each get their own answers', async (context) => {
  const { voices } = await connected(context, { callers: 4 });
  const answers = await Promise.all(voices.map((voice, i) => Promise.all(
    Array.from({ length: 5 }, (_, j) => voice.call('test_say', { text: `${i}/${j}` })))));
  answers.forEach((row, i) => row.forEach((answer, j) => assert.equal(answer.text, `${i}/${j}`)));
  const started = Date.now();
  await Promise.all(voices.map((voice) => voice.call('test_rest', { number: 500 })));
  assert.ok(Date.now() - started < 1500, 'calls wait for each other');
});

test('a fast call overtakes a slow one', async (context) => {
  const { voice } = await connected(context);
  const slow = voice.call('test_rest', { number: 700 });
  let slowDone = false;
  slow.then(() => { slowDone = true; });
  assert.equal((await voice.call('test_say', { text: 'x' })).text, 'x');
  assert.equal(slowDone, false);
  assert.equal((await slow).text, '歇了700毫秒。');
});

test('a call that takes too long is told before the voice server gives up', async (context) => {
  const { voice } = await connected(context, { flags: ['--answer-within', 300] });
  assert.match((await voice.call('test_rest', { number: 60_000 })).text, /^没有成功：这件事比较慢/);
  assert.equal((await voice.call('test_say', { text: 'x' })).text, 'x');
});

test('ids of every kind come back as they were', async (context) => {
  const { relay, voice } = await connected(context);
  for (const id of [1, 7, 2 ** 40, 'a', 'a_b_c', '1', '你好"']) {
    assert.deepEqual((await voice.request(id, 'ping')).result, {});
  }
  assert.deepEqual((await voice.request('x', 'tools/list', null)).error, undefined);
  assert.equal((await voice.request('y', 'resources/list')).error.code, -32601);
  // The relay cannot route these answers back; they must do no harm.
  const before = relay.dropped.length;
  voice.send({ jsonrpc: '2.0', id: 0, method: 'ping' });
  voice.send({ jsonrpc: '2.0', id: '', method: 'ping' });
  assert.deepEqual((await voice.request(3, 'ping')).result, {});
  assert.deepEqual(relay.dropped.slice(before).map((text) => JSON.parse(text).id), [0, '']);
});

test('garbage does no harm', async (context) => {
  const { tool, voice } = await connected(context);
  for (const text of ['garbage', '', '{', '[]', '[1]', 'null', '"text"', '{}', '{"jsonrpc":"2.0"}', '\u0000',
    '['.repeat(100_000), '{"a":'.repeat(50_000), '{"jsonrpc":"2.0","id":{},"method":"ping"}', 'x'.repeat(500_000)]) {
    voice.send(text);
  }
  assert.equal((await voice.call('test_say', { text: '还在' })).text, '还在');
  assert.equal(tool.status.connections, 1);
});

test('the relay pings and hears from us', async (context) => {
  const { tool, voice } = await connected(context, { relay: { pingEvery: 100, pongWithin: 100 } });
  assert.equal((await voice.call('test_rest', { number: 1000 })).text, '歇了1000毫秒。');
  assert.equal(tool.status.connections, 1);
});

test('a restarted relay is found again, and answers flow', async (context) => {
  const { relay, tool } = await connected(context);
  await relay.stop();
  await tool.until((s) => s.state === 'waiting');
  assert.match(tool.status.last_error, /broke|refused/);
  await relay.start();
  await tool.online(2);
  const voice = await (await VoiceServer.open(relay.callUrl())).begin();
  context.after(() => voice.close());
  assert.equal((await voice.call('test_say', { text: '又来了' })).text, '又来了');
});

test('a wrong token is said and not insisted on', async (context) => {
  const relay = await startRelay(context);
  const url = new URL(relay.toolUrl());
  for (const [token, reason] of [['bm9uc2Vuc2U=', 'token解密失败'], [makeToken(relay.options.key, '{}'), '无对应agentId'],
    [makeToken(relay.options.key, 'text'), 'token数据格式错误']]) {
    url.searchParams.set('token', token);
    const tool = startTool(context, url.href);
    await tool.until((s) => s.state === 'misconfigured');
    assert.match(tool.status.last_error, new RegExp(`1008 \\(${reason}\\).*copy the endpoint address again`));
    assert.equal(tool.status.connections, 1);
    await tool.stop();
  }
});

test('a refused path is a matter of configuration too', async (context) => {
  const relay = await startRelay(context);
  const tool = startTool(context, relay.toolUrl().replace('/mcp_endpoint/mcp/', '/elsewhere/mcp/'));
  await tool.until((s) => s.state === 'misconfigured');
  assert.match(tool.status.last_error, /HTTP 403/);
});

test('an address as people paste it is repaired', async (context) => {
  const relay = await startRelay(context);
  const raw = relay.token();
  assert.match(raw, /\+.*=/);
  const tool = startTool(context, `ws://127.0.0.1:${relay.port}/mcp_endpoint/mcp?token=${raw}`);
  await tool.online();
  const voice = await (await VoiceServer.open(relay.callUrl())).begin();
  context.after(() => voice.close());
  assert.equal((await voice.call('test_say', { text: 'x' })).text, 'x');
});

test('addresses that cannot work are refused at start without showing the token', async (context) => {
  for (const [url, words] of [['ws://h/mcp_endpoint/call/?token=topsecret', /voice servers/],
    ['https://h/mcp/?token=topsecret', /ws:\/\/ or wss:\/\//], ['ws://h/mcp/?tok=topsecret', /no token/]]) {
    const tool = startTool(context, url);
    assert.equal((await tool.exited).code, 2);
    assert.match(tool.log, words);
    assert.doesNotMatch(tool.log, /topsecret/);
  }
});

test('the self-check goes through the relay and finds us', async (context) => {
  const { relay, tool } = await connected(context, { flags: ['--check-after', 100, '--check-every', 100] });
  await tool.until((s) => s.self_check === 'the relay reaches us');
  assert.equal(relay.toolConnections, 1);
  assert.equal(tool.status.warning, '');
});

test('a registration that the relay forgot is made again', async (context) => {
  const { relay, tool } = await connected(context, { flags: ['--check-after', 100, '--check-every', 100] });
  relay.tools.clear(); // what its replacement bug amounts to
  await tool.until((s) => s.last_error.includes('forgotten'));
  await tool.online(2);
  const voice = await (await VoiceServer.open(relay.callUrl())).begin();
  context.after(() => voice.close());
  assert.equal((await voice.call('test_say', { text: 'x' })).text, 'x');
});

// Another program with our token: it answers pings, as any MCP server does.
async function intrude(context, relay) {
  const socket = new WebSocket(relay.toolUrl());
  socket.on('message', (data) => socket.send(JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(data).id, result: {} })));
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('open', resolve));
  context.after(() => socket.terminate());
  return socket;
}

test('when another program takes over, it is reported and not fought', async (context) => {
  const { relay, tool } = await connected(context, {
    relay: { unregisterAfter: 1_000_000 }, // a relay without the bug
    flags: ['--check-after', 100, '--check-every', 100],
  });
  await intrude(context, relay);
  await tool.until((s) => s.state === 'displaced' && s.self_check.includes('another program'));
  assert.match(tool.status.last_error, /only one may use it/);
  await new Promise((resolve) => setTimeout(resolve, 1500)); // long enough for a reconnect
  assert.equal(relay.toolConnections, 2);
  assert.equal(tool.status.state, 'displaced');
});

test("the relay's replacement bug leaves nobody registered, and we come back", async (context) => {
  const { relay, tool } = await connected(context, { flags: ['--check-after', 200, '--check-every', 200] });
  await intrude(context, relay);
  await tool.until((s) => s.state === 'displaced');
  await tool.online(2);
  await tool.until((s) => s.self_check === 'the relay reaches us');
  const voice = await (await VoiceServer.open(relay.callUrl())).begin();
  context.after(() => voice.close());
  assert.equal((await voice.call('test_say', { text: 'x' })).text, 'x');
});

// Between us and the relay, so that the line can go dead without a word.
async function startWire(context, port) {
  const pairs = new Set();
  const wire = createServer((near) => {
    const far = createConnection(port, '127.0.0.1');
    near.pipe(far).pipe(near);
    pairs.add([near, far]);
    for (const socket of [near, far]) socket.on('error', () => {});
  });
  await new Promise((resolve) => wire.listen(0, '127.0.0.1', resolve));
  context.after(() => { for (const pair of pairs) pair.forEach((socket) => socket.destroy()); wire.close(); });
  return {
    port: wire.address().port,
    cut() { for (const [near, far] of pairs) { near.unpipe(far); far.unpipe(near); near.resume(); far.resume(); } },
  };
}

test('a line that goes dead is noticed, and the relay gets time to see it too', async (context) => {
  const relay = await startRelay(context);
  const wire = await startWire(context, relay.port);
  const tool = startTool(context, relay.toolUrl().replace(`:${relay.port}/`, `:${wire.port}/`),
    '--ping-interval', 100, '--pong-timeout', 200);
  await tool.online();
  wire.cut();
  await tool.until((s) => s.state === 'waiting');
  assert.match(tool.status.last_error, /went dead/);
  assert.match(tool.log, /connecting again in 45 s/);
});

test('it says goodbye when it is stopped, even in the middle of a call', async (context) => {
  const { relay, tool, voice } = await connected(context);
  voice.request(9, 'tools/call', { name: 'test_rest', arguments: { number: 60_000 } }).catch(() => {});
  await voice.call('test_say', { text: 'x' });
  const socket = relay.tools.get('single_module');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  assert.deepEqual(await tool.stop(), { code: 0, signal: null });
  assert.equal(await closed, 1001);
});
