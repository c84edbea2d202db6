// The product as its users run it: the emulated cloud, the server, and the official MCP clients in front of it.
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { Client as ClientV2, StreamableHTTPClientTransport as HttpV2 } from '@modelcontextprotocol/client';
import { binary, call, makeHome, post, run, start, startCloud } from './program.mjs';

const allDay = ['--window', '00:00-24:00'];
let home, cloud, server, token;

before(async () => {
  home = makeHome();
  cloud = await startCloud(home);
  run(home, ['user', 'add', 'zhangsan', '--display-name', '张三', ...allDay]);
  run(home, ['user', 'add', 'ann', '--display-name', 'Ann', '--language', 'en', ...allDay]);
  token = run(home, ['token', 'create', 'zhangsan', '--scope', 'ops.read']).trim();
  server = await serve();
});

after(async () => {
  await server?.stop();
  await cloud?.stop();
  home.remove();
});

function serve(extra = []) {
  return start(home, ['serve', '--json', '--config', cloud.settings, ...extra], { env: cloud.keys });
}

function newUser(name) {
  run(home, ['user', 'add', name, ...allDay]);
  return run(home, ['token', 'create', name, '--scope', 'ops.read']).trim();
}

const kindOf = (answer) => answer.body.result.structuredContent.kind;

test('the first greeting tells the night, the second one only greets', async () => {
  const client = new ClientV1({ name: 'test', version: '1' });
  await client.connect(new HttpV1(new URL(`${server.info.url}/mcp`), { requestInit: { headers: { authorization: `Bearer ${token}` } } }));
  const names = (await client.listTools()).tools.map((tool) => tool.name).sort();
  for (const name of ['cancel_task', 'confirm_plan', 'get_task', 'greet', 'list_clusters', 'repeat_broadcast', 'search_logs', 'who_am_i']) assert.ok(names.includes(name), name);

  const first = await client.callTool({ name: 'greet', arguments: {} });
  assert.equal(first.structuredContent.kind, 'broadcast');
  assert.match(first.content[0].text, /张三。/);
  assert.match(first.content[0].text, /payment/);
  assert.ok([...first.content[0].text].length <= 330, first.content[0].text);
  assert.doesNotMatch(first.content[0].text, /[*_#`{}<>|]|[0-9a-f]{8}-/, 'nothing that cannot be spoken');

  const second = await client.callTool({ name: 'greet', arguments: {} });
  assert.equal(second.structuredContent.kind, 'hello');

  const again = await client.callTool({ name: 'repeat_broadcast', arguments: {} });
  assert.ok(first.content[0].text.endsWith(again.content[0].text));

  const page = await fetch(first.structuredContent.link);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /payment/);
  const wrong = await fetch(first.structuredContent.link.slice(0, -4) + 'AAAA');
  assert.equal(wrong.status, 404);
  await client.close();
});

test('the 2.x client speaks the stateless revision', async () => {
  const client = new ClientV2({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  await client.connect(new HttpV2(new URL(`${server.info.url}/mcp`), { requestInit: { headers: { authorization: `Bearer ${token}` } } }));
  const who = await client.callTool({ name: 'who_am_i', arguments: {} });
  assert.match(who.content[0].text, /张三/);
  await client.close();
});

test('stdio serves the person who started it', async () => {
  const client = new ClientV1({ name: 'test', version: '1' });
  await client.connect(new StdioV1({
    command: binary, args: ['stdio', '--config', cloud.settings, '--user', 'ann'], env: { ...home.env, ...cloud.keys },
  }));
  const who = await client.callTool({ name: 'who_am_i', arguments: {} });
  assert.match(who.content[0].text, /Ann/);
  assert.equal(who.structuredContent.assurance, 'strong', 'at the own machine');
  await client.close();
});

test('a token makes us as sure as the administrator said', async () => {
  const trustOf = async (bearer) => (await call(server.info.url, bearer, 'who_am_i')).body.result.structuredContent.assurance;
  assert.equal(await trustOf(token), 'device');
  const known = run(home, ['token', 'create', 'zhangsan', '--scope', 'ops.operate', '--trust', 'voice']).trim();
  assert.equal(await trustOf(known), 'voice');
});

test('the audit log is whole from the start', () => {
  assert.match(run(home, ['audit', 'verify']), /^\d+ rows, unbroken/, 'what the night left to people stands in it');
  const { rows, last_hash, whole } = JSON.parse(run(home, ['audit', 'verify', '--json']));
  assert.ok(whole && rows > 0 && /^[0-9a-f]{64}$/.test(last_hash), `${rows} ${last_hash}`);
});

test('64 greetings at once through two processes speak exactly one broadcast', async () => {
  const other = await serve();
  try {
    const fresh = newUser('crowd');
    const answers = await Promise.all(Array.from({ length: 64 }, (_, i) => call(i % 2 ? server.info.url : other.info.url, fresh, 'greet')));
    const kinds = answers.map(kindOf);
    assert.equal(kinds.filter((kind) => kind === 'broadcast').length, 1, [...new Set(answers.map((a) => a.body.result.content[0].text))].join(' | '));
    assert.equal(kinds.filter((kind) => kind === 'hello').length, 63);
  } finally {
    await other.stop();
  }
});

test('a killed server neither repeats nor forgets the morning', async () => {
  const fresh = newUser('crash');
  const victim = await serve();
  assert.equal(kindOf(await call(victim.info.url, fresh, 'greet')), 'broadcast');
  await victim.stop('SIGKILL');
  const next = await serve();
  try {
    assert.equal(kindOf(await call(next.info.url, fresh, 'greet')), 'hello');
    assert.equal(kindOf(await call(next.info.url, fresh, 'repeat_broadcast')), 'broadcast');
  } finally {
    await next.stop();
  }
});

test('a locked database is said aloud, and the morning is not lost', async () => {
  const fresh = newUser('locked');
  const blocker = new DatabaseSync(join(home.env.XDG_STATE_HOME, 'mcp-tencent-cloud', 'data.db'));
  blocker.exec('BEGIN EXCLUSIVE');
  try {
    const sorry = await call(server.info.url, fresh, 'greet');
    assert.notEqual(sorry.body.result?.structuredContent?.kind, 'broadcast');
    assert.match(JSON.stringify(sorry.body), /database/i);
  } finally {
    blocker.exec('ROLLBACK');
    blocker.close();
  }
  assert.equal(kindOf(await call(server.info.url, fresh, 'greet')), 'broadcast');
});

test('a full disk is said aloud, and what was stored stays whole', async () => {
  const mine = makeHome();
  run(mine, ['user', 'add', 'full', ...allDay]);
  const key = run(mine, ['token', 'create', 'full', '--scope', 'ops.read']).trim();
  const file = join(mine.env.XDG_STATE_HOME, 'mcp-tencent-cloud', 'data.db');
  // A limit on the size of files stands for the full disk: the database as it is, and nothing more.
  const blocks = 40;
  const cramped = await start(mine, ['serve', '--json', '--config', cloud.settings], { env: cloud.keys, fileBlocks: blocks });
  try {
    const sorry = await call(cramped.info.url, key, 'greet');
    assert.notEqual(sorry.body.result?.structuredContent?.kind, 'broadcast', JSON.stringify(sorry.body));
  } finally {
    await cramped.stop();
  }
  const check = new DatabaseSync(file);
  assert.equal(check.prepare('PRAGMA integrity_check').get().integrity_check, 'ok');
  check.close();
  const roomy = await start(mine, ['serve', '--json', '--config', cloud.settings], { env: cloud.keys });
  try {
    assert.equal(kindOf(await call(roomy.info.url, key, 'greet')), 'broadcast');
  } finally {
    await roomy.stop();
    mine.remove();
  }
});

test('log lines are found by word, level and time', async () => {
  const answer = await call(server.info.url, token, 'search_logs', { keyword: 'payment', level: 'error', time_range: 'last_2d', limit: 5 });
  const { speech, total, lines } = answer.body.result.structuredContent;
  assert.ok(total > 100, `${total}`);
  assert.equal(lines.length, 5);
  assert.match(speech, /payment/);
  assert.equal(answer.body.result.content[0].text, speech);
});

test('bad arguments are answered with what is wrong and what is right', async () => {
  const cases = [
    [{ limit: 'many' }, /limit: expected an integer/],
    [{ kewyord: 'x' }, /kewyord: unknown name; valid names are keyword/],
    [{ time_range: 'the year 3000' }, /不知道“the year 3000”是什么时候，可以说/],
    [{ time_range: 'last_9999d' }, /太长了，最多 400 天/],
    [{ level: 'purple' }, /level: must be one of/],
    [{ topic: 'no-such-topic' }, /no-such-topic/],
    [{ region: 'mars' }, /mars/],
  ];
  for (const [args, message] of cases) {
    const answer = await call(server.info.url, token, 'search_logs', args);
    assert.equal(answer.body.result?.isError, true, JSON.stringify(answer));
    assert.match(answer.body.result.content[0].text, message);
  }
});

test('without a living token nothing but health answers', async () => {
  assert.equal((await fetch(`${server.info.url}/healthz`)).status, 200);
  for (const bad of ['', 'mtc_wrong']) {
    const answer = await call(server.info.url, bad, 'who_am_i');
    assert.equal(answer.status, 401);
  }
  const revoked = newUser('leaver');
  assert.equal((await call(server.info.url, revoked, 'who_am_i')).status, 200);
  run(home, ['token', 'revoke', revoked.slice(0, 12)]);
  assert.equal((await call(server.info.url, revoked, 'who_am_i')).status, 401);
});

test('an unreachable cloud is said aloud, and the morning is not lost', async () => {
  const lonely = makeHome();
  const dead = await startCloud(lonely, []);
  run(lonely, ['user', 'add', 'li', ...allDay]);
  const key = run(lonely, ['token', 'create', 'li', '--scope', 'ops.read']).trim();
  const port = new URL(dead.info.url).port;
  await dead.stop();
  const mine = await start(lonely, ['serve', '--json', '--config', dead.settings], { env: dead.keys });
  try {
    const sorry = await call(mine.info.url, key, 'greet');
    assert.match(sorry.body.result.content[0].text, /日志现在取不到/);
    const back = await start(lonely, ['emulate', '--listen', `127.0.0.1:${port}`, '--json', '--demo-night']);
    try {
      assert.equal(kindOf(await call(mine.info.url, key, 'greet')), 'broadcast');
    } finally {
      await back.stop();
    }
  } finally {
    await mine.stop();
    lonely.remove();
  }
});

test('a lying cloud is not believed', async () => {
  for (const fault of ['truncated', 'garbage', 'errors', 'drops', 'http_errors']) {
    await fetch(`${cloud.info.url}/_emulator/faults`, { method: 'POST', body: JSON.stringify({ [fault]: 1000 }) });
    const answer = await call(server.info.url, token, 'search_logs', { time_range: 'last_1h' });
    assert.equal(answer.body.result.isError, true, fault);
    assert.ok(answer.body.result.content[0].text.length > 10, fault);
    await fetch(`${cloud.info.url}/_emulator/faults`, { method: 'POST', body: '{}' });
  }
});

test('malformed and oversized requests are refused and the server goes on', async () => {
  const send = (body, headers = {}) => fetch(`${server.info.url}/mcp`, {
    method: 'POST', body, headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', authorization: `Bearer ${token}`, ...headers },
  });
  assert.equal((await send('{')).status, 400);
  assert.equal((await send('['.repeat(100_000))).status, 400);
  assert.equal((await send(new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]))).status, 400);
  const large = await send('"' + 'x'.repeat(5 << 20) + '"').then((r) => r.status, () => 413);
  assert.equal(large, 413);
  assert.equal((await post(server.info.url, token, 'tools/list')).status, 200);
});

test('a stopped server lets what runs finish', async () => {
  const mine = await serve();
  const leaving = newUser('leaving');
  // Finished or refused, depending on who is first; but the process ends in order.
  const answer = call(mine.info.url, leaving, 'greet').catch(() => {});
  const end = await mine.stop();
  assert.equal(end.code, 0, mine.errors());
  await answer;
});
