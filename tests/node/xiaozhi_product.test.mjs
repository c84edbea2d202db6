// The whole product behind a XiaoZhi relay: what somebody who talks to a device gets.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { WebSocket } from 'ws';
import { makeHome, run, settings, start, startCloud, until } from './program.mjs';
import { Relay, VoiceServer } from './relay.mjs';

let home, cloud;

// Starts the server with one XiaoZhi endpoint, the device of zhangsan.
function startProduct(url, name = 'xiaozhi.yaml') {
  const file = settings(home, `${readFileSync(cloud.settings, 'utf8')}xiaozhi:\n  endpoints:\n    - {user: zhangsan, url_env: XIAOZHI_URL}\n`, name);
  return start(home, ['serve', '--json', '--config', file], { env: { ...cloud.keys, XIAOZHI_URL: url } });
}

before(async () => {
  home = makeHome();
  cloud = await startCloud(home);
  run(home, ['user', 'add', 'zhangsan', '--display-name', '张三', '--window', '00:00-24:00']);
});

after(async () => {
  await cloud?.stop();
  home.remove();
});

// A relay with the product connected to it. What it writes to stderr never shows the token.
async function connected(context, options) {
  const here = await new Relay(options).start();
  const product = await startProduct(here.toolUrl());
  context.after(async () => {
    await product.stop();
    await here.stop();
    assert.doesNotMatch(product.errors(), /token=[\w%]/);
    assert.ok(!product.errors().includes(encodeURIComponent(here.token())));
  });
  await until(() => here.tools.size === 1, 'the tool server');
  return { relay: here, product };
}

async function speak(context, here) {
  const voice = await (await VoiceServer.open(here.callUrl())).begin();
  context.after(() => voice.close());
  return voice;
}

const resultBytes = (answer) => Buffer.byteLength(JSON.stringify(answer.result), 'utf8');

test('a device greets, and what it hears fits', async (context) => {
  const { relay: here } = await connected(context);
  const voice = await speak(context, here);
  for (const name of ['greet', 'repeat_broadcast', 'logs', 'change_workload', 'confirm_plan', 'who_am_i']) {
    assert.ok(voice.tools.some((tool) => tool.name === name), `${name} is missing`);
  }
  for (const { name, description, inputSchema } of voice.tools) {
    assert.match(name, /^[a-z][a-z0-9_]{0,63}$/);
    assert.ok(description.length > 0);
    for (const [key, schema] of Object.entries(inputSchema.properties ?? {})) {
      assert.ok(schema.type && schema.description, `${name}.${key} says too little`);
    }
  }
  assert.ok(Buffer.byteLength(JSON.stringify(voice.tools)) < 24 * 1024);

  const greeting = await voice.call('greet');
  assert.match(greeting.text, /张三/);
  assert.equal(greeting.command, undefined);
  assert.ok(resultBytes(greeting) <= 1000);
  assert.deepEqual(Object.keys(greeting.result), ['content']);
  const again = await voice.call('greet');
  assert.notEqual(again.text, greeting.text);
  assert.ok((await voice.call('who_am_i')).text.includes('张三'));
});

test('a search answers in one short text, a wrong one says why', async (context) => {
  const { relay: here } = await connected(context);
  const voice = await speak(context, here);
  for (const args of [{ keyword: 'error' }, { keyword: 'x'.repeat(3000) }, { limit: '5', mac_address: 'aa' }, { time_range: '不存在的时间' }, {}]) {
    const answer = await voice.call('logs', { action: 'search', ...args });
    assert.ok(answer.text?.length > 0, JSON.stringify(answer));
    assert.equal(answer.command, undefined);
    assert.ok(resultBytes(answer) <= 1000);
  }
});

test('sixteen devices at once hear one broadcast', async (context) => {
  const { relay: here } = await connected(context);
  const voices = await Promise.all(Array.from({ length: 16 }, () => speak(context, here)));
  const answers = await Promise.all(voices.map((voice) => voice.call('greet')));
  for (const answer of answers) assert.ok(answer.text.length > 0 && resultBytes(answer) <= 1000);
});

test('garbage does no harm, and a restarted relay is found again', async (context) => {
  const { relay: here } = await connected(context);
  const voice = await speak(context, here);
  for (const text of ['garbage', '[]', '{"jsonrpc":"2.0"}', '['.repeat(100_000)]) voice.send(text);
  assert.ok((await voice.call('who_am_i')).text.length > 0);
  await here.stop();
  await here.start();
  await until(() => here.tools.size === 1, 'the connection after the restart');
  assert.ok((await (await speak(context, here)).call('who_am_i')).text.length > 0);
});

test('a registration that the relay forgot is made again', async (context) => {
  const { relay: here } = await connected(context);
  here.tools.clear();
  await until(() => here.toolConnections === 2 && here.tools.size === 1, 'the second registration');
  assert.ok((await (await speak(context, here)).call('who_am_i')).text.length > 0);
});

test('another program with the same token is reported', async (context) => {
  const { relay: here, product } = await connected(context, { unregisterAfter: 1_000_000 });
  const other = new WebSocket(here.toolUrl());
  context.after(() => other.terminate());
  await until(() => product.errors().includes('another program'), 'the report');
  assert.equal(here.toolConnections, 2);
});

test('a wrong token is said, and the rest of the product goes on', async (context) => {
  const here = await new Relay().start();
  const product = await startProduct(here.toolUrl().replace(/token=.*/, 'token=bm9uc2Vuc2U%3D'), 'wrong.yaml');
  context.after(async () => { await product.stop(); await here.stop(); });
  await until(() => product.errors().includes('1008'), 'the refusal');
  assert.match(product.errors(), /copy the endpoint address again/);
  assert.ok((await fetch(`${product.info.url}/mcp`, { method: 'POST' })).status >= 400);
});

describe('SIGHUP', () => {
  const urlFile = (name, url) => settings(home, url, `${name}.url`);
  // Writes the settings for these endpoints: [user, file with the URL, trust].
  const write = (endpoints) => settings(home, `${readFileSync(cloud.settings, 'utf8')}xiaozhi:\n  endpoints:\n${
    endpoints.map(([user, file, trust = 'device']) => `    - {user: ${user}, url_file: ${file}, trust: ${trust}}\n`).join('')}`, 'reload.yaml');

  // A relay with the product connected for two agents, a and b; `reload` reads new settings.
  async function twoAgents(context) {
    const here = await new Relay().start();
    const files = Object.fromEntries(['a', 'b', 'c'].map((agent) => [agent, urlFile(agent, here.toolUrl(agent))]));
    const product = await start(home, ['serve', '--json', '--config', write([['zhangsan', files.a], ['zhangsan', files.b]])], { env: cloud.keys });
    context.after(async () => {
      await product.stop();
      await here.stop();
      assert.doesNotMatch(product.errors(), /token=[\w%]/);
    });
    await until(() => here.tools.size === 2, 'both connections');
    let reads = 0;
    const reload = async (endpoints) => {
      write(endpoints);
      product.child.kill('SIGHUP');
      reads += 1;
      await until(() => product.errors().split('settings: read again').length > reads, 'the new settings');
    };
    return { relay: here, product, files, reload };
  }

  const works = async (context, here, agent) => {
    const voice = await (await VoiceServer.open(here.callUrl(agent))).begin();
    context.after(() => voice.close());
    assert.match((await voice.call('who_am_i')).text, /\S/);
  };

  test('leaves a connection alone that stays, ends one that goes, and begins a new one', async (context) => {
    const { relay: here, files, reload } = await twoAgents(context);
    const a = here.tools.get('a');
    await reload([['zhangsan', files.a], ['zhangsan', files.c]]);
    await until(() => !here.tools.has('b') && here.tools.has('c'), 'c instead of b');
    assert.equal(here.tools.get('a'), a);
    assert.equal(a.readyState, WebSocket.OPEN);
    assert.equal(here.toolConnections, 3);
    for (const agent of ['a', 'c']) await works(context, here, agent);
    await reload([['zhangsan', files.a], ['zhangsan', files.c]]);
    await works(context, here, 'a');
    assert.equal(here.toolConnections, 3);
  });

  test('gives the relay a second before a token comes back', async (context) => {
    const { relay: here, files, reload } = await twoAgents(context);
    run(home, ['user', 'add', 'wangwu', '--display-name', '王五']);
    const [a, old] = [here.tools.get('a'), here.tools.get('b')];
    let closed;
    old.once('close', () => { closed = Date.now(); });
    await reload([['zhangsan', files.a], ['wangwu', files.b]]);
    await until(() => here.toolConnections === 3, 'b for its new owner');
    assert.ok(Date.now() - closed >= 900, `back after ${Date.now() - closed} ms`);
    await until(() => here.tools.has('b'), 'the registration');
    assert.equal(here.tools.get('a'), a);
    const voice = await (await VoiceServer.open(here.callUrl('b'))).begin();
    context.after(() => voice.close());
    assert.match((await voice.call('who_am_i')).text, /王五/);
  });

  test('takes over how far a device is trusted', async (context) => {
    const { relay: here, files, reload } = await twoAgents(context);
    const a = here.tools.get('a');
    await reload([['zhangsan', files.a, 'voice'], ['zhangsan', files.b]]);
    await until(() => here.toolConnections === 3, 'a anew');
    await until(() => here.tools.has('a') && here.tools.get('a') !== a, 'the registration');
    const voice = await (await VoiceServer.open(here.callUrl('a'))).begin();
    context.after(() => voice.close());
    assert.match((await voice.call('who_am_i')).text, /你本人/);
  });

  test('changes nothing if an endpoint cannot be had', async (context) => {
    const { relay: here, product, files } = await twoAgents(context);
    const sockets = [...here.tools.values()];
    write([['zhangsan', files.a], ['nobody', files.b]]);
    product.child.kill('SIGHUP');
    await until(() => product.errors().includes('kept as they were'), 'the refusal');
    assert.deepEqual([...here.tools.values()], sockets);
    assert.equal(here.toolConnections, 2);
  });
});
