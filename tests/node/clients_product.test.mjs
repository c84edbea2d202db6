// Clients that are not ours use the product's tools: the official ones of both eras, the Inspector, and a voice server
// behind a XiaoZhi relay, all at one server; and over pipes.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { clients, isModern, isV1, overHttp, overStdio, textOf } from './mcp_clients.mjs';
import { addUser, binary, makeHome, settingsFor, start, startCloud, until } from './program.mjs';
import { Relay, VoiceServer } from './relay.mjs';

const inspector = join(import.meta.dirname, 'node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js');
const ofBasic = ['search_logs', 'scale_workload'];
const inFamilies = ['logs', 'change_workload'];  // the same for those who listen
const ofDevops = ['greet', 'repeat_broadcast'];
const ofAll = ['who_am_i', 'get_task'];
const appPage = 'ui://mcp-tencent-cloud/digest';
const prompts = ['morning_report', 'incident_review', 'hand_over'];
// What those who read find besides, and those who listen do not.
const forReaders = {
  resources: ['ops://clusters', 'ops://dashboards'],
  templates: ['ops://clusters/{cluster}/namespaces/{namespace}/workloads/{workload}', 'ops://dashboards/{dashboard}', 'ops://dashboards/{dashboard}/picture'],
  prompts: ['investigate_workload', 'cluster_overview'],
};
const forListeners = { resources: [], templates: [], prompts: [] };
assert.ok(process.env.MTC_APP_PAGES, 'MTC_APP_PAGES must name the folder of the pages that the build made');
const english = ['--display-name', 'Ann', '--language', 'en'];
let home, cloud, relay, server;

before(async () => {
  home = makeHome();
  cloud = await startCloud(home, ['--demo-night', '--days-before', '1']);
  relay = await new Relay().start();
  addUser(home, 'device', english);
  const file = settingsFor(home, cloud, 'clients.yaml', [], 'xiaozhi:\n  endpoints:\n    - {user: device, url_env: XIAOZHI_URL}\n');
  server = await start(home, ['serve', '--json', '--config', file], { env: { ...cloud.keys, XIAOZHI_URL: relay.toolUrl() } });
});

after(async () => {
  await server?.stop();
  await relay?.stop();
  await cloud?.stop();
  home.remove();
});

// What a morning is, whoever calls: `call` gives a tool's result.
async function spendTheMorning(call) {
  const first = await call('greet');
  assert.equal(first.structuredContent.kind, 'broadcast', textOf(first));
  assert.match(textOf(first), /Ann/);
  assert.equal((await call('greet')).structuredContent.kind, 'hello');
  const again = await call('repeat_broadcast');
  assert.ok(textOf(first).endsWith(textOf(again)), textOf(again));
  await lookAround(call);
}

async function lookAround(call) {
  const found = await call('search_logs', { keyword: 'payment', level: 'error', time_range: 'last_2d', limit: 3 });
  assert.equal(found.structuredContent.lines.length, 3, textOf(found));
  assert.match(textOf(found), /payment/);
  assert.match(textOf(await call('who_am_i')), /Ann/);
  const task = await call('get_task');
  assert.ok(!task.isError, textOf(task));
  assert.match(textOf(task), /no task|nothing/i);
  const wrong = await call('search_logs', { limit: 0 });
  assert.ok(wrong.isError);
  assert.match(textOf(wrong), /limit/);
}

// What clients find besides tools, after a greeting: `client` has the methods of the official ones.
async function readUp(client, more = forReaders) {
  const greeting = await client.callTool({ name: 'greet', arguments: {} });
  assert.equal(greeting.structuredContent.kind, 'broadcast', textOf(greeting));
  const read = async (uri) => {
    const { contents: [only, ...others] } = await client.readResource({ uri });
    assert.deepEqual([only.uri, others], [uri, []]);
    return only;
  };
  const { resources } = await client.listResources();
  const listed = (beginning) => resources.filter(({ uri }) => uri.startsWith(beginning)).map(({ uri }) => uri);
  const [report] = listed('ops://reports/');
  const digest = `ops://digests/${greeting.structuredContent.digest_id}`;
  assert.match(report, /\/2026-11-22$/);
  assert.deepEqual(listed('ops://'), [...more.resources, report, digest, 'ops://help']);
  assert.deepEqual(listed('ui://'), [], 'pages are for hosts, which know where they are');
  const { resourceTemplates } = await client.listResourceTemplates();
  assert.deepEqual(resourceTemplates.map(({ uriTemplate }) => uriTemplate), [...more.templates, 'ops://reports/{day}', 'ops://digests/{id}']);

  const document = await read(report);
  assert.equal(document.mimeType, 'text/markdown');
  assert.match(document.text, /payment/);
  const figures = JSON.parse((await read(digest)).text);
  assert.ok(figures.template_count > 0 && figures.coverage.lines_total > 0, 'the digest is there in full');
  assert.match((await read('ops://help')).text, /^# What you can say/);
  await assert.rejects(client.readResource({ uri: 'ops://reports/2020-01-01' }), /no such resource/);

  const page = await read(appPage);
  assert.equal(page.mimeType, 'text/html;profile=mcp-app');
  assert.equal(page.text, readFileSync(join(process.env.MTC_APP_PAGES, 'digest.html'), 'utf8'));

  const found = await client.listPrompts();
  assert.deepEqual(found.prompts.map(({ name }) => name), [...more.prompts, ...prompts]);
  await askForPrompts(client, report);
}

async function askForPrompts(client, report) {
  const ask = async (name, args = {}) => (await client.getPrompt({ name, arguments: args })).messages.map(({ content }) => content);
  const asked = {
    morning_report: await ask('morning_report'),
    incident_review: await ask('incident_review', { topic: 'shop-app', time_range: 'last_24h' }),
    hand_over: await ask('hand_over'),
  };
  for (const name of prompts) {
    const [instructions, , attached] = asked[name];
    assert.match(instructions.text, /data that machines wrote/, name);
    assert.deepEqual([attached.type, attached.resource.uri], ['resource', report], name);
  }
  assert.match(asked.morning_report[0].text, /`repeat_broadcast/);
  assert.match(asked.incident_review[0].text, /`search_logs \{.*"topic":"shop-app"/);
  assert.match(asked.hand_over[0].text, /last_8h/);
  await assert.rejects(client.getPrompt({ name: 'incident_review', arguments: {} }), /time_range/);

  const complete = async (ref, name, value) => (await client.complete({ ref, argument: { name, value } })).completion.values;
  assert.deepEqual(await complete({ type: 'ref/prompt', name: 'incident_review' }, 'topic', 'SHOP'), ['shop-app']);
  assert.deepEqual(await complete({ type: 'ref/prompt', name: 'incident_review' }, 'topic', 'nothing'), []);
  assert.deepEqual(await complete({ type: 'ref/prompt', name: 'morning_report' }, 'day', ''), ['today', 'yesterday', '2026-11-22']);
  assert.deepEqual(await complete({ type: 'ref/prompt', name: 'morning_report' }, 'day', '2026-'), ['2026-11-22']);
  assert.deepEqual(await complete({ type: 'ref/resource', uri: 'ops://reports/{day}' }, 'day', '2026-11'), ['2026-11-22']);
}

const callOf = (client) => (name, args = {}) => client.callTool({ name, arguments: args });

async function namesOf(client) {
  return (await client.listTools()).tools.map((tool) => tool.name);
}

function assertOffers(names, wanted, unwanted = []) {
  for (const name of wanted) assert.ok(names.includes(name), `${name} is missing: ${names}`);
  for (const name of unwanted) assert.ok(!names.includes(name), `${name} should not be there: ${names}`);
}

let users = 0;
const newUser = () => {
  const name = `ann${++users}`;
  return { name, token: addUser(home, name, english) };
};

async function connectStdio(name, args = []) {
  const user = newUser();
  const client = clients[name]();
  await client.connect(overStdio(name, binary, ['stdio', '--config', cloud.settings, '--user', user.name, ...args], { ...home.env, ...cloud.keys }));
  return client;
}

for (const name of Object.keys(clients)) {
  describe(`the official client ${name}`, () => {
    it('spends the morning over HTTP', async () => {
      const client = clients[name]();
      await client.connect(overHttp(name, `${server.info.url}/mcp`, newUser().token));
      if (!isV1(name)) assert.equal(client.getProtocolEra(), isModern(name) ? 'modern' : 'legacy');
      assert.equal(client.getServerVersion().name, 'mcp-tencent-cloud');
      assertOffers(await namesOf(client), [...ofBasic, ...ofDevops, ...ofAll]);
      await spendTheMorning(callOf(client));
      await client.close();
    });

    for (const profile of ['full', 'voice']) {
      it(`reads up on the night over HTTP, profile ${profile}`, async (context) => {
        const client = clients[name]();
        context.after(() => client.close());
        await client.connect(overHttp(name, `${server.info.url}/mcp?profile=${profile}`, newUser().token));
        await readUp(client, profile === 'full' ? forReaders : forListeners);
      });
    }

    it('reads up on the night over stdio', async (context) => {
      const client = await connectStdio(name);
      context.after(() => client.close());
      await readUp(client);
    });

    it('finds prompts and resources with the service they belong to only', async (context) => {
      const client = await connectStdio(name, ['--services', 'basic']);
      context.after(() => client.close());
      assert.deepEqual((await client.listResources()).resources.map(({ uri }) => uri), [...forReaders.resources, 'ops://help']);
      assert.deepEqual((await client.listPrompts()).prompts.map((prompt) => prompt.name), forReaders.prompts);
      await assert.rejects(client.readResource({ uri: appPage }), /no such resource/);
      const other = await connectStdio(name, ['--services', 'push']);
      context.after(() => other.close());
      for (const capability of ['prompts', 'resources', 'completions']) assert.equal(other.getServerCapabilities()[capability], undefined);
    });

    it('spends the morning over stdio', async () => {
      const client = await connectStdio(name);
      assert.equal(client.getServerVersion().name, 'mcp-tencent-cloud');
      assertOffers(await namesOf(client), [...ofBasic, ...ofDevops, ...ofAll]);
      await spendTheMorning(callOf(client));
      await client.close();
    });

    it('gets one service over stdio when that is asked for', async () => {
      const client = await connectStdio(name, ['--services', 'devops']);
      assert.equal(client.getServerVersion().name, 'mcp-tencent-devops');
      assertOffers(await namesOf(client), [...ofDevops, ...ofAll], ofBasic);
      assert.equal((await callOf(client)('greet')).structuredContent.kind, 'broadcast');
      await assert.rejects(callOf(client)('search_logs'), /search_logs/);
      await client.close();
    });

    it('gets the voice profile over stdio when that is asked for', async () => {
      const client = await connectStdio(name, ['--profile', 'voice']);
      const { tools } = await client.listTools();
      assert.ok(tools.length <= 22);
      assertOffers(tools.map((tool) => tool.name), [...inFamilies, ...ofDevops, ...ofAll], ofBasic);
      assert.equal((await callOf(client)('greet')).structuredContent.kind, 'broadcast');
      // As small models write it.
      const found = await callOf(client)('logs', { action: 'search', keyword: 'payment', level: 'error', time_range: 'last_2d', limit: '3', mood: 'worried' });
      assert.equal(found.structuredContent?.lines.length, 3, textOf(found));
      await client.close();
    });
  });
}

// One run of the Inspector's command line: its exit code, what it printed, and its complaints.
function inspect(args) {
  return new Promise((resolve) => {
    execFile(process.execPath, [inspector, '--cli', '--format', 'json', '--stored-auth-only', ...args],
      { env: { PATH: process.env.PATH, HOME: home.dir } },
      (error, out, err) => resolve({ code: error ? error.code : 0, out, err }));
  });
}

async function resultOf(args) {
  const { code, out, err } = await inspect(args);
  // It ends with 5 after a tool's isError.
  assert.ok(code === 0 || code === 5, `exit code ${code}: ${err}`);
  return JSON.parse(out).result;
}

const callBy = (target) => (name, args = {}) =>
  resultOf([...target, '--method', 'tools/call', '--tool-name', name, '--tool-args-json', JSON.stringify(args)]);

for (const era of ['legacy', 'modern']) {
  describe(`the Inspector, ${era} era`, () => {
    const target = (token) => [`${server.info.url}/mcp`, '--protocol-era', era, ...(token ? ['--header', `Authorization: Bearer ${token}`] : [])];

    it('spends the morning over HTTP', async () => {
      await spendTheMorning(callBy(target(newUser().token)));
    });

    it('finds no error in the schemas of the tools', async () => {
      const { code, out, err } = await inspect([...target(newUser().token), '--method', 'tools/list', '--strict']);
      assert.equal(code, 0, err);
      assertOffers(JSON.parse(out).result.tools.map((tool) => tool.name), [...ofBasic, ...ofDevops, ...ofAll]);
    });

    it('is told that it needs a token', async () => {
      const { code, err } = await inspect([...target(), '--method', 'tools/list']);
      assert.notEqual(code, 0);
      assert.equal(JSON.parse(err).error.code, 'auth_required', err);
    });

    it('is greeted over stdio', async () => {
      const env = Object.entries({ ...home.env, ...cloud.keys }).flatMap(([key, value]) => ['-e', `${key}=${value}`]);
      const greeting = await resultOf(['--protocol-era', era, ...env, '--method', 'tools/call', '--tool-name', 'greet',
        '--', binary, 'stdio', '--config', cloud.settings, '--user', newUser().name]);
      assert.equal(greeting.structuredContent.kind, 'broadcast', textOf(greeting));
    });
  });
}

describe('a voice server behind a relay', () => {
  it('spends the morning', async () => {
    await until(() => relay.tools.size === 1, 'the tool server');
    const voice = await (await VoiceServer.open(relay.callUrl())).begin();
    assertOffers(voice.tools.map((tool) => tool.name), [...inFamilies, ...ofDevops, ...ofAll], ofBasic);
    const say = async (name, args) => (await voice.call(name, args)).text;
    const first = await say('greet');
    assert.match(first, /Ann.*need you.*mysql.*errors/s);
    assert.doesNotMatch(await say('greet'), /mysql|errors/);
    assert.match(await say('repeat_broadcast'), /mysql/);
    assert.match(await say('logs', { action: 'search', keyword: 'payment', level: 'error', time_range: 'last_2d' }), /payment/);
    assert.match(await say('who_am_i'), /Ann/);
    assert.match(await say('get_task'), /no task|nothing/i);
    await voice.close();
  });
});
