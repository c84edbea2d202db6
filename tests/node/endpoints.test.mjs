// Which address leads to which view of the product, and what strangers get to see of it.
import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { discoverOAuthProtectedResourceMetadata as discoverV2 } from '@modelcontextprotocol/client';
import { discoverOAuthProtectedResourceMetadata as discoverV1, extractWWWAuthenticateParams } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { clients, overHttp, overStdio, textOf } from './mcp_clients.mjs';
import { addUser, ask, makeHome, modern, settingsFor, start, startCloud } from './program.mjs';

const services = { basic: 'mcp-tencent-cloud-basic', devops: 'mcp-tencent-devops', push: 'mcp-notification-push', analytics: 'mcp-tencent-analytics' };
const wellKnown = '/.well-known/oauth-protected-resource';
let home, cloud, server, token;

before(async () => {
  home = makeHome();
  cloud = await startCloud(home, ['--demo-night', '--days-before', '1']);
  token = addUser(home, 'ann', ['--language', 'en']);
  server = await start(home, ['serve', '--json', '--config', cloud.settings], { env: cloud.keys });
});

after(async () => {
  await server?.stop();
  await cloud?.stop();
  home.remove();
});

async function started(context, args, options = {}) {
  const other = await start(home, ['serve', '--json', ...args], { env: cloud.keys, ...options });
  context.after(() => other.stop());
  return other;
}

// What the view at that address says of itself.
async function view(path, at = server) {
  const url = `${at.info.url}${path}`;
  const listed = await ask(url, modern(token, 'tools/list'));
  assert.equal(listed.status, 200, `${path}: ${listed.text}`);
  const { result } = listed.json();
  return {
    name: result._meta['io.modelcontextprotocol/serverInfo'].name,
    tools: result.tools.map((tool) => tool.name),
    bytes: Buffer.byteLength(JSON.stringify(result.tools)),
    instructions: (await ask(url, modern(token, 'server/discover'))).json().result.instructions,
  };
}

test('/mcp shows everything, and each service has an address of its own', async () => {
  const all = await view('/mcp');
  assert.equal(all.name, 'mcp-tencent-cloud');
  const seen = new Set();
  for (const [service, name] of Object.entries(services)) {
    const one = await view(`/mcp/${service}`);
    assert.equal(one.name, name);
    assert.ok(one.instructions.length > 0, service);
    assert.ok(one.tools.includes('who_am_i'), service);
    assert.equal(one.tools.includes('greet'), service === 'devops', service);
    assert.equal(one.tools.includes('repeat_broadcast'), service === 'devops', service);
    assert.equal(one.tools.includes('search_logs'), service === 'basic', service);
    // A service without any resource does not know the method.
    const { result } = (await ask(`${server.info.url}/mcp/${service}`, modern(token, 'resources/list'))).json();
    const helps = result?.resources.some((resource) => resource.uri === 'ops://help') ?? false;
    assert.equal(helps, ['basic', 'devops'].includes(service), service);
    for (const tool of one.tools) seen.add(tool);
  }
  assert.deepEqual([...seen].sort(), all.tools.toSorted());
});

test('a tool of another service is not there, for any official client', async () => {
  for (const name of Object.keys(clients)) {
    const client = clients[name]();
    await client.connect(overHttp(name, `${server.info.url}/mcp/devops`, token));
    assert.equal(client.getServerVersion().name, services.devops);
    assert.match(textOf(await client.callTool({ name: 'who_am_i', arguments: {} })), /ann/);
    await assert.rejects(client.callTool({ name: 'search_logs', arguments: {} }), /Unknown tool: search_logs/);
    await client.close();
  }
});

test('a session of one address is none of another', async () => {
  const transport = overHttp('v1', `${server.info.url}/mcp/devops`, token);
  const client = new ClientV1({ name: 'test', version: '1' });
  await client.connect(transport);
  const elsewhere = await ask(`${server.info.url}/mcp/basic`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', authorization: `Bearer ${token}`, 'mcp-session-id': transport.sessionId },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
  });
  assert.equal(elsewhere.status, 404);
  await client.close();
});

test('the voice profile can be told apart by ear', async () => {
  for (const path of ['/mcp', ...Object.keys(services).map((service) => `/mcp/${service}`)]) {
    const voice = await view(`${path}?profile=voice`);
    assert.ok(voice.tools.length <= 22, `${path}: ${voice.tools.length} tools`);
    assert.ok(voice.bytes <= 24 * 1024, `${path}: ${voice.bytes} bytes`);
    const full = await view(`${path}?profile=full`);
    assert.deepEqual(full, await view(path));
    assert.ok(voice.tools.length <= full.tools.length, path);  // what belongs together is one tool there
  }
});

test('an unknown address is answered with those there are', async () => {
  for (const path of ['/mcp/', '/mcp/nothing', '/mcp/basic/', '/mcp/Basic', '/mcp/basic,devops', '/mcp?profile=loud', '/mcp/basic?profile=device']) {
    const answer = await ask(`${server.info.url}${path}`, modern(token, 'tools/list'));
    assert.equal(answer.status, 404, path);
    for (const word of ['/mcp', ...Object.keys(services), 'voice', 'full']) assert.ok(answer.json().error.message.includes(word), `${path}: ${answer.text}`);
  }
});

test('without a token only health answers, and nothing is given away', async () => {
  const paths = ['/', '/mcp', ...Object.keys(services).map((service) => `/mcp/${service}`), '/mcp/nothing', '/mcp?profile=voice', '/mcp?profile=loud',
    '/sse', '/messages', '/messages?sessionId=x', '/metrics', '/healthz/', '/api', '/admin', '/favicon.ico', '/robots.txt', '/.env',
    '/reports/x', '/audio/x.wav', '/.well-known/nothing', `${wellKnown}/mcp/nothing`, `${wellKnown}x`];
  for (const path of paths) {
    for (const method of ['GET', 'POST', 'DELETE', 'PUT']) {
      const answer = await ask(`${server.info.url}${path}`, { method, headers: { 'content-type': 'application/json' }, body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' });
      assert.ok([401, 404, 405].includes(answer.status), `${method} ${path}: ${answer.status}`);
      assert.ok(answer.text.length < 200, answer.text);
      const { 'www-authenticate': challenge, ...headers } = answer.headers; // repeats the path
      assert.doesNotMatch(answer.text + JSON.stringify(headers), /greet|search_logs|devops|0\.1\.0|Boost|Beast/i, `${method} ${path}`);
      if (answer.status === 401) assert.match(challenge, /^Bearer scope="ops\.read", resource_metadata="http/, path);
    }
  }
  const health = await ask(`${server.info.url}/healthz`);
  assert.deepEqual([health.status, health.json()], [200, { status: 'ok' }]);
});

test('a token in the query is none', async () => {
  const answer = await ask(`${server.info.url}/mcp?access_token=${token}`, { ...modern('', 'tools/list'), headers: { 'content-type': 'application/json' } });
  assert.equal(answer.status, 401);
});

describe('who wants a token learns where to ask', () => {
  const paths = ['/mcp', ...Object.keys(services).map((service) => `/mcp/${service}`)];

  test('each address has its metadata, and its challenge names them', async () => {
    for (const path of paths) {
      const url = `${server.info.url}${path}`;
      const refused = await fetch(url, { method: 'POST' });
      assert.equal(refused.status, 401);
      const { resourceMetadataUrl } = extractWWWAuthenticateParams(refused);
      assert.equal(resourceMetadataUrl.href, `${server.info.url}${wellKnown}${path}`);
      for (const discover of [discoverV1, discoverV2]) {
        const metadata = await discover(url, { resourceMetadataUrl });
        assert.equal(metadata.resource, url);
        assert.deepEqual(metadata.bearer_methods_supported, ['header']);
        assert.ok(metadata.scopes_supported.includes('ops.read'));
        assert.deepEqual(await discover(url), metadata, 'found without the challenge, too');
      }
    }
  });

  test('the address without a path speaks of /mcp, and web pages may read it', async () => {
    const root = await ask(`${server.info.url}${wellKnown}`, { headers: { origin: 'https://app.example.org' } });
    const own = await ask(`${server.info.url}${wellKnown}/mcp`);
    assert.deepEqual([root.status, root.json()], [200, own.json()]);
    assert.equal(root.json().resource, `${server.info.url}/mcp`);
    assert.equal(root.headers['access-control-allow-origin'], '*');
  });

  test('the path stays within its quotes', async () => {
    const { headers } = await ask(server.info.url, { path: '/mcp/a",scope="ops.admin' });
    assert.doesNotMatch(headers['www-authenticate'], /scope="ops\.admin/);
  });

  test('a wrong token is called invalid', async () => {
    const answer = await ask(`${server.info.url}/mcp`, modern('mtc_wrong', 'tools/list'));
    assert.equal(answer.status, 401);
    assert.match(answer.headers['www-authenticate'], /^Bearer error="invalid_token", scope="ops\.read", resource_metadata="http/);
  });
});

test('a server of one service has no other', async (context) => {
  const basic = await started(context, ['--config', cloud.settings, '--services', 'basic']);
  const only = await view('/mcp', basic);
  assert.equal(only.name, services.basic);
  assert.ok(only.tools.includes('search_logs') && !only.tools.includes('greet'));
  assert.deepEqual(await view('/mcp/basic', basic), only);
  assert.equal((await ask(`${basic.info.url}/mcp/devops`, modern(token, 'tools/list'))).status, 404);
  assert.equal((await ask(`${basic.info.url}${wellKnown}/mcp/devops`)).status, 404);
});

test('two services in the settings are two', async (context) => {
  const file = settingsFor(home, cloud, 'two.yaml', ['services: [basic, push]']);
  const two = await started(context, ['--config', file]);
  const both = await view('/mcp', two);
  assert.equal(both.name, 'mcp-tencent-cloud');
  assert.ok(both.tools.includes('search_logs') && !both.tools.includes('greet'));
  assert.match(both.instructions, /Logs.*Messages/);
  assert.doesNotMatch(both.instructions, /greet/);
});

test('the program under the name of a service is that service', async (context) => {
  for (const [service, name] of Object.entries(services)) {
    const program = join(home.dir, name);
    symlinkSync(process.env.MTC_BINARY, program);
    const client = clients.v1();
    await client.connect(overStdio('v1', program, ['stdio', '--config', cloud.settings, '--user', 'ann'], { ...home.env, ...cloud.keys }));
    assert.equal(client.getServerVersion().name, name);
    const tools = (await client.listTools()).tools.map((tool) => tool.name);
    assert.deepEqual(tools, (await view(`/mcp/${service}`)).tools);
    await client.close();
  }
  const devops = await started(context, ['--config', cloud.settings], { program: join(home.dir, services.devops) });
  assert.equal((await view('/mcp', devops)).name, services.devops);
});

describe('the transport of 2024-11-05', () => {
  const over = (url) => new SSEClientTransport(new URL(`${url}/sse`), {
    requestInit: { headers: { authorization: `Bearer ${token}` } },
    eventSourceInit: { fetch: (at, init) => fetch(at, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } }) },
  });

  test('is not offered unless the settings say so', async () => {
    await assert.rejects(clients.v1().connect(over(server.info.url)), /404/);
  });

  test('carries a real tool for the v1 client where they do', async (context) => {
    const old = await started(context, ['--config', settingsFor(home, cloud, 'old.yaml', ['old_sse: true'])]);
    const client = clients.v1();
    await client.connect(over(old.info.url));
    const found = await client.callTool({ name: 'search_logs', arguments: { keyword: 'payment', time_range: 'last_2d', limit: 2 } });
    assert.match(textOf(found), /payment/);
    assert.equal((await client.callTool({ name: 'greet', arguments: {} })).structuredContent.kind, 'broadcast');
    assert.equal((await ask(`${old.info.url}/sse`)).status, 401);
    await client.close();
  });
});
