// Prompts and resources about clusters and dashboards, as the official clients pick, complete and read them.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { clients, overHttp } from './mcp_clients.mjs';
import { addUser, makeHome, settingsFor, start, startCloud } from './program.mjs';

const workloads = 'ops://clusters/{cluster}/namespaces/{namespace}/workloads/{workload}';
const cluster = '广州生产集群';
let home, cloud, server, tokens;

before(async () => {
  home = makeHome();
  cloud = await startCloud(home, ['--demo-night', '--kubernetes']);
  const file = settingsFor(home, cloud, 'prompts.yaml', [], '');
  tokens = { zhangsan: addUser(home, 'zhangsan'), ann: addUser(home, 'ann', ['--language', 'en']) };
  server = await start(home, ['serve', '--json', '--config', file], { env: cloud.keys });
});
after(async () => {
  await server?.stop();
  await cloud?.stop();
  home?.remove();
});

for (const name of Object.keys(clients)) {
  describe(`the official client ${name}`, () => {
    let client;
    before(async () => {
      client = clients[name]();
      await client.connect(overHttp(name, `${server.info.url}/mcp/basic`, tokens.zhangsan));
    });
    after(() => client?.close());

    const complete = async (ref, argument, value, filled = {}) => {
      const { completion } = await client.complete({ ref, argument: { name: argument, value }, context: { arguments: filled } });
      return completion.values;
    };
    const read = async (uri) => {
      const { contents: [only, ...more] } = await client.readResource({ uri });
      assert.deepEqual([only.uri, more], [uri, []]);
      return only;
    };
    const readJson = async (uri) => JSON.parse((await read(uri)).text);
    const tool = async (name, args) => (await client.callTool({ name, arguments: args })).structuredContent;

    it('completes each name within those before it', async () => {
      for (const ref of [{ type: 'ref/prompt', name: 'investigate_workload' }, { type: 'ref/resource', uri: workloads }]) {
        const clusters = await complete(ref, 'cluster', '');
        assert.equal(clusters.length, 4);
        assert.deepEqual(await complete(ref, 'cluster', '广州'), clusters.filter((one) => one.startsWith('广州')));
        const namespaces = await complete(ref, 'namespace', 'shop', { cluster });
        assert.deepEqual(namespaces, ['shop-prod', 'shop-test']);
        const all = await complete(ref, 'workload', '', { cluster });
        const some = await complete(ref, 'workload', '', { cluster, namespace: 'shop-prod' });
        assert.ok(some.includes('order-service') && some.length < all.length, `${some.length} of ${all.length}`);
        assert.deepEqual(await complete(ref, 'workload', 'Order', { cluster, namespace: 'shop-prod' }), some.filter((one) => one.startsWith('order')));
        assert.deepEqual(await complete(ref, 'namespace', '', { cluster: '没有这个集群' }), []);
      }
      assert.deepEqual(await complete({ type: 'ref/prompt', name: 'cluster_overview' }, 'cluster', cluster), [cluster]);
    });

    it('picks a prompt whose every call works', async () => {
      const prompts = [
        { name: 'investigate_workload', arguments: { cluster, namespace: 'shop-prod', workload: 'order-service', question: '慢在哪里？' } },
        { name: 'cluster_overview', arguments: { cluster } },
      ];
      for (const prompt of prompts) {
        const { messages: [{ role, content }, ...more] } = await client.getPrompt(prompt);
        assert.deepEqual([role, more], ['user', []]);
        assert.match(content.text, /只看，不改/);
        const calls = [...content.text.matchAll(/`(\w+) (\{.*?\})`/g)];
        assert.ok(calls.length >= 5, content.text);
        for (const [, name, args] of calls) {
          const { isError, content } = await client.callTool({ name, arguments: JSON.parse(args) });
          // What no pod has written before a crash cannot be looked at; that is an answer too.
          if (!args.includes('"previous"')) assert.ok(!isError, `${name} ${args}: ${content[0].text}`);
        }
      }
      await assert.rejects(client.getPrompt({ name: 'investigate_workload', arguments: {} }), /workload/);
    });

    it('reads what the tools tell', async () => {
      const clusters = await readJson('ops://clusters');
      assert.deepEqual(clusters.clusters, (await tool('list_clusters', {})).clusters);
      assert.equal(clusters.complete, true);
      const order = await readJson(`ops://clusters/${encodeURIComponent(cluster)}/namespaces/shop-prod/workloads/order-service`);
      const told = await tool('inspect_workload', { name: 'order-service', namespace: 'shop-prod', cluster });
      assert.deepEqual(Object.keys(order).sort(), Object.keys(told).sort());
      assert.deepEqual([order.workload.name, order.cluster], ['order-service', cluster]);
      assert.equal(order.pods.length, told.pods.length);
      await assert.rejects(read(`ops://clusters/${encodeURIComponent(cluster)}/namespaces/shop-prod/workloads/weather`), /no such resource/);
      await assert.rejects(read('ops://clusters/nowhere/namespaces/shop-prod/workloads/order-service'), /no such resource/);
    });

    it('opens a dashboard, and sees it drawn', async () => {
      const { dashboards } = await readJson('ops://dashboards');
      const overview = dashboards.find((one) => one.name === '商城总览');
      const definition = await readJson(overview.uri);
      assert.equal(definition.name, '商城总览');
      assert.equal(definition.panels.length, 4);
      assert.match(definition.panels[0].query, /histogram/);
      const template = { type: 'ref/resource', uri: 'ops://dashboards/{dashboard}' };
      assert.deepEqual(await complete(template, 'dashboard', '支付'), ['支付服务']);
      assert.equal((await readJson(`ops://dashboards/${encodeURIComponent('商城总览')}`)).id, definition.id);
      const picture = await read(`${overview.uri}/picture`);
      assert.equal(picture.mimeType, 'image/png');
      assert.equal(Buffer.from(picture.blob, 'base64').subarray(1, 4).toString(), 'PNG');
      await assert.rejects(read('ops://dashboards/weather'), /no such resource/);
    });
  });
}

it('speaks the language of whoever asks, and gives those who listen nothing more', async (context) => {
  const ann = clients['v2, negotiating']();
  context.after(() => ann.close());
  await ann.connect(overHttp('v2, negotiating', `${server.info.url}/mcp/basic`, tokens.ann));
  const { messages: [{ content }] } = await ann.getPrompt({ name: 'cluster_overview', arguments: {} });
  assert.match(content.text, /^Tell me how my clusters are/);
  const voice = clients['v2, negotiating']();
  context.after(() => voice.close());
  await voice.connect(overHttp('v2, negotiating', `${server.info.url}/mcp/basic?profile=voice`, tokens.ann));
  assert.equal(voice.getServerCapabilities().prompts, undefined);
  assert.deepEqual((await voice.listResources()).resources.map(({ uri }) => uri), ['ops://help']);
  await assert.rejects(voice.readResource({ uri: 'ops://clusters' }), /no such resource/);
});
