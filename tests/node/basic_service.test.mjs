// The basic service as its users meet it: logs and clusters, asked and changed over MCP, with the official SDK and kubectl
// looking whether what was said is what happened.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { cluster, codeIn, startBasic } from './basic.mjs';
import { ask, call, run, settingsFor, start, until } from './program.mjs';

let world, home, cloud, server, kubectl, tokens, tool, confirmed, faults, clusterFaults, sdk;

before(async () => {
  world = await startBasic();
  ({ home, cloud, server, kubectl, tokens, tool, confirmed, faults, clusterFaults, sdk } = world);
});
after(() => world?.stop());

test('tells the clusters of all regions in one breath', async () => {
  const { speech, data } = await tool('list_clusters');
  assert.match(speech, /^一共四个集群/);
  assert.equal(data.clusters.length, 4);
  assert.equal(data.complete, true);
  const english = await tool('list_clusters', {}, { as: 'john' });
  assert.match(english.speech, /four clusters/i);
});

test('asks which of two is meant, and names what is near', async () => {
  assert.match((await tool('list_nodes', { cluster: '生产' })).speech, /有两个.*广州生产集群和上海生产集群.*哪一个/);
  assert.match((await tool('inspect_workload', { name: '订单服务', cluster })).speech, /有两个 order-service：.*shop-prod.*shop-test.*哪一个/);
  assert.match((await tool('inspect_workload', { name: '天气预报', cluster })).speech, /没有找到.*最接近的有/);
});

test('looks at nodes, pods, workloads, versions, logs and use', async () => {
  const nodes = await tool('list_nodes', { cluster });
  assert.match(nodes.speech, /五个节点都正常/);
  assert.equal(nodes.data.nodes.length, (await kubectl.json('get nodes')).items.length);
  const pods = await tool('list_workloads', { kind: 'pod', namespace: 'shop-prod', cluster, limit: 100 });
  assert.equal(pods.data.total, (await kubectl.json('get pods -n shop-prod')).items.length);
  for (const what of ['overview', 'events', 'logs', 'history']) {
    const seen = await tool('inspect_workload', { name: 'ding dan', namespace: 'shop prod', cluster, what });
    assert.equal(seen.failed, false, `${what}: ${seen.speech}`);
    assert.match(seen.speech, /order-service/, what);
  }
  assert.match((await tool('resource_usage', { cluster, resource: 'memory', by: 'workload' })).speech, /内存一共用了/);
  assert.match((await tool('resource_usage', { cluster, resource: 'disk' })).speech, /磁盘/);
  assert.match((await tool('list_node_pools', { cluster })).speech, /两个节点池/);
  const access = await tool('cluster_access', { cluster });
  assert.match(access.speech, /外网访问开着/);
  assert.doesNotMatch(access.whole, /PRIVATE KEY|certificate-authority-data/);
});

test('scales at once what is small, and as planned what is not', async () => {
  const up = await tool('scale_workload', { workload: 'cart', namespace: 'shop-prod', cluster, replicas: 3 });
  assert.match(up.speech, /cart 改成三个副本/);
  assert.equal((await kubectl.json('get deployment cart -n shop-prod')).spec.replicas, 3);
  const down = await tool('scale_workload', { workload: '购物车', namespace: 'shop-prod', cluster, replicas: 1 });
  assert.match(down.speech, /准备把.*cart 从三个副本改成一个/);
  assert.equal((await kubectl.json('get deployment cart -n shop-prod')).spec.replicas, 3, 'nothing before the code');
  const wrong = await tool('confirm_plan', { code: String((Number(codeIn(down.speech)) + 1) % 10_000).padStart(4, '0') });
  assert.match(wrong.speech, /这个确认码不对，操作没有执行/);
  assert.match((await tool('confirm_plan', { code: codeIn(down.speech) })).speech, /cart 改成一个副本/);
  assert.equal((await kubectl.json('get deployment cart -n shop-prod')).spec.replicas, 1);
  assert.equal((await tool('confirm_plan', { code: codeIn(down.speech) })).failed, true, 'a code works once');
});

test('undoes what it has done', async () => {
  const { plan, done } = await confirmed('undo_change', {});
  assert.match(plan.speech, /cart 改回三个副本/);
  assert.equal(done.failed, false, done.speech);
  assert.equal((await kubectl.json('get deployment cart -n shop-prod')).spec.replicas, 3);
  assert.match((await tool('list_changes')).speech, /cart/);
});

test('restarts by rolling, and one pod by eviction', async () => {
  const before = await kubectl.json('get deployment gateway -n shop-prod');
  const { done } = await confirmed('restart_workload', { name: '网关', namespace: 'shop-prod', cluster, kind: 'deployment' });
  assert.equal(done.failed, false, done.speech);
  const later = await kubectl.json('get deployment gateway -n shop-prod');
  assert.ok(later.spec.template.metadata.annotations['kubectl.kubernetes.io/restartedAt']);
  assert.ok(later.metadata.generation > before.metadata.generation);

  const podsOf = async () => (await kubectl.json('get pods -n shop-prod -l app=cart')).items.map(({ metadata }) => metadata.name);
  const [pod] = await podsOf();
  const one = await tool('restart_workload', { kind: 'pod', name: pod, namespace: 'shop-prod', cluster });
  assert.equal(one.failed, false, one.speech);
  assert.doesNotMatch(one.speech, new RegExp(pod), 'nobody says such a name');
  await until(async () => !(await podsOf()).includes(pod), 'the end of the pod');
});

test('changes one key of a ConfigMap and nothing else, and leaves it if somebody was faster', async () => {
  const args = { kind: 'configmap', name: 'order config', namespace: 'shop-prod', cluster, key: 'log_level', value: 'debug' };
  const before = (await kubectl.json('get configmap order-config -n shop-prod')).data;
  const { plan } = await confirmed('update_config', args);
  assert.match(plan.speech, /order-config 的 log_level/);
  assert.deepEqual((await kubectl.json('get configmap order-config -n shop-prod')).data, { ...before, log_level: 'debug' });

  const late = await tool('update_config', { ...args, value: 'trace' });
  await kubectl(['patch', 'configmap', 'order-config', '-n', 'shop-prod', '-p', '{"data":{"log_level":"warn"}}']);
  const refused = await tool('confirm_plan', { code: codeIn(late.speech) });
  assert.equal(refused.failed, true);
  assert.match(refused.speech, /被别人改过/);
  assert.equal((await kubectl.json('get configmap order-config -n shop-prod')).data.log_level, 'warn');
});

test('never lets the value of a Secret out', async () => {
  const secret = (await kubectl.json('get secrets -n shop-prod')).items.find(({ metadata, type }) => type === 'Opaque' && metadata.name);
  const [key] = Object.keys(secret.data);
  const old = Buffer.from(secret.data[key], 'base64').toString();
  const value = 'Xq7-very-secret-value';
  const asked = await tool('update_config', { kind: 'secret', name: secret.metadata.name, namespace: 'shop-prod', cluster, key });
  assert.match(asked.speech, /还缺密钥的新值/);
  const { plan, done } = await confirmed('update_config', { kind: 'secret', name: secret.metadata.name, namespace: 'shop-prod', cluster, key, value });
  assert.equal(done.failed, false, done.speech);
  assert.equal(Buffer.from((await kubectl.json(`get secret ${secret.metadata.name} -n shop-prod`)).data[key], 'base64').toString(), value);
  const audit = run(home, ['audit', 'export', '--config', world.file]);
  const undone = await confirmed('undo_change', {});
  for (const [where, text] of Object.entries({ plan: plan.whole, done: done.whole, undo: undone.plan.whole + undone.done.whole, audit, log: server.errors() })) {
    for (const hidden of [value, old, Buffer.from(value).toString('base64'), secret.data[key]]) assert.ok(!text.includes(hidden), `${where} holds a secret`);
  }
  assert.equal(Buffer.from((await kubectl.json(`get secret ${secret.metadata.name} -n shop-prod`)).data[key], 'base64').toString(), old);
});

test('applies YAML of several documents after a dry run, and explains conflicts', async () => {
  const yaml = `apiVersion: v1
kind: ConfigMap
metadata: {name: motd}
data: {text: "早上好", port: "8080"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: motd}
spec:
  replicas: 2
  selector: {matchLabels: {app: motd}}
  template:
    metadata: {labels: {app: motd}}
    spec: {containers: [{name: motd, image: "nginx:1.25"}]}
`;
  const { plan, done } = await confirmed('apply_yaml', { yaml, namespace: 'shop-test', cluster });
  assert.match(plan.speech, /新建 ConfigMap motd.*新建 Deployment motd/);
  assert.equal(done.failed, false, done.speech);
  const get = 'get deployment motd -n shop-test -o json';  // from 1.21 on, managers are shown only when asked for
  const made = JSON.parse(await kubectl(`${get} --show-managed-fields`).catch(() => kubectl(get)));
  assert.equal(made.metadata.managedFields.find(({ operation }) => operation === 'Apply').manager, 'mcp-tencent-cloud');
  assert.match((await tool('apply_yaml', { yaml, namespace: 'shop-test', cluster })).speech, /没有要改的/);

  await kubectl('scale deployment motd -n shop-test --replicas=5');
  const conflict = await tool('apply_yaml', { yaml, namespace: 'shop-test', cluster });
  assert.equal(conflict.failed, true);
  assert.match(conflict.speech, /kubectl/);
  const bad = await tool('apply_yaml', { yaml: yaml.replace('app: motd}}\n  template', 'app: other}}\n  template'), namespace: 'shop-test', cluster });
  assert.equal(bad.failed, true);
  assert.match((await tool('apply_yaml', { yaml: 'kind: [', namespace: 'shop-test', cluster })).speech, /YAML|第.*行|line/);
});

test('makes and resizes node pools with what is known of the others', async () => {
  const tke = sdk('tke', 'v20220501');
  const clusterId = (await tool('list_clusters')).data.clusters.find(({ name }) => name === cluster).id;
  const { plan } = await confirmed('create_node_pool', { cluster, name: 'night', min: 1, max: 4, desired: 2 });
  assert.match(plan.speech, /night.*两台/);
  const pools = async () => (await tke.DescribeNodePools({ ClusterId: clusterId })).NodePools;
  const made = (await pools()).find(({ Name }) => Name === 'night');
  assert.equal(made.Native.Scaling.MaxReplicas, 4);
  await world.advance(120);
  await confirmed('resize_node_pool', { cluster, pool: 'shop regular', desired: 4 });
  assert.equal((await pools()).find(({ Name }) => Name === 'shop-regular').Regular.DesiredNodesNum, 4);
});

test('sets up the log service so that lines are searchable at once', async () => {
  const cls = sdk('cls', 'v20201016');
  assert.match((await tool('create_logset', { name: '夜间' })).speech, /建好了/);
  assert.match((await tool('create_log_topic', { name: 'night-app', logset: '夜间', retention_days: 7 })).speech, /建好了/);
  const [topic] = (await cls.DescribeTopics({ Filters: [{ Key: 'topicName', Values: ['night-app'] }] })).Topics;
  assert.equal(topic.Index, true);
  assert.equal(topic.Period, 7);
  assert.ok((await cls.DescribeIndex({ TopicId: topic.TopicId })).Rule.FullText);
  assert.match((await tool('create_alarm', { topic: 'shop-app', condition: '五分钟内错误超过一百条', notice: '值班组', name: '错误太多' })).speech, /建好了/);
  const [alarm] = (await cls.DescribeAlarms({ Filters: [{ Key: 'name', Values: ['错误太多'] }] })).Alarms;
  assert.match(alarm.Condition, /> 100/);
  assert.equal(alarm.AlarmTargets[0].StartTimeOffset, -5);
  assert.match((await tool('create_scheduled_sql', { topic: 'shop-app', sql_intent: '每小时各服务错误数', name: '小时错误' })).speech, /建好了/);
  assert.equal((await tool('create_scheduled_sql', { topic: 'shop-app', query: '* | selec nothing', name: '坏的' })).failed, true);
  await confirmed('change_log_rule', { what: 'alarm', name: '错误太多', do: 'disable' });
  assert.equal((await cls.DescribeAlarms({ Filters: [{ Key: 'name', Values: ['错误太多'] }] })).Alarms[0].Status, false);
  await confirmed('change_log_rule', { what: 'alarm', name: '错误太多', do: 'delete' });
  assert.equal((await cls.DescribeAlarms({ Filters: [{ Key: 'name', Values: ['错误太多'] }] })).TotalCount, 0);
  const topicGone = await tool('change_log_rule', { what: 'log_topic', name: 'night-app', do: 'delete' });
  assert.equal(topicGone.failed, true, 'what cannot be undone needs an administrator we are sure of');
  await confirmed('change_log_rule', { what: 'log_topic', name: 'night-app', do: 'delete' }, { as: 'admin' });
  assert.equal((await cls.DescribeTopics({ Filters: [{ Key: 'topicName', Values: ['night-app'] }] })).TotalCount, 0);
});

test('counts lines, shows their neighbours, and takes the log service’s own language', async () => {
  const found = await tool('search_logs', { topic: 'shop-app', level: 'error', time_range: 'yesterday' });
  assert.ok(found.data.total > 0);
  assert.match((await tool('log_context', { line: '1' })).speech, /前面/);
  assert.match((await tool('count_logs', { topic: 'shop-app', level: 'error', time_range: 'yesterday' })).speech, /错误一共.*最多的是/);
  const table = await tool('search_logs', { topic: 'shop-app', query: 'level:ERROR | select service, count(*) as n group by service order by n desc', time_range: 'yesterday' });
  assert.equal(table.failed, false, table.speech);
  assert.match(table.speech, /payment/);
});

test('draws a dashboard and says what stands out', async () => {
  const { speech, content } = await tool('view_dashboard', { name: '商城总览' });
  assert.match(speech, /商城总览.*看板/);
  const picture = content.find(({ type }) => type === 'image');
  assert.equal(picture.mimeType, 'image/png');
  const bytes = Buffer.from(picture.data, 'base64');
  assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
  assert.ok(bytes.readUInt32BE(16) >= 1000, 'wide enough to be read');
});

test('has a model look at a screenshot that was handed in', async () => {
  const seen = [];
  const model = createServer(async (request, response) => {
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString());
    seen.push(body);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ choices: [{ message: { role: 'assistant', content: '错误在凌晨两点有一个尖峰。<script>' }, finish_reason: 'stop' }] }));
  }).listen(0, '127.0.0.1');
  await once(model, 'listening');
  const file = settingsFor(home, cloud, 'seeing.yaml', [], `llm:\n  base_url: http://127.0.0.1:${model.address().port}/v1\n  model: talks\n  picture_model: sees\n`);
  const seeing = await start(home, ['serve', '--json', '--config', file], { env: cloud.keys });
  try {
    const url = seeing.info.url;
    const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64');
    assert.equal((await ask(`${url}/pictures`, { method: 'POST', body: png })).status, 401);
    assert.equal((await ask(`${url}/pictures`, { method: 'POST', body: 'no picture', headers: { authorization: `Bearer ${tokens.zhangsan}` } })).status, 400);
    const handed = await ask(`${url}/pictures`, { method: 'POST', body: png, headers: { authorization: `Bearer ${tokens.zhangsan}` } });
    assert.equal(handed.status, 201);
    const said = await tool('view_dashboard', { picture: handed.json().url }, { server: seeing });
    assert.match(said.speech, /模型看图说：错误在凌晨两点有一个尖峰/);
    assert.doesNotMatch(said.speech, /[<>]/);
    assert.equal(seen[0].model, 'sees');
    assert.match(JSON.stringify(seen[0]), /data:image\/png;base64,/);
    assert.equal((await tool('view_dashboard', { picture: 'http://169.254.169.254/latest' }, { server: seeing })).failed, true);
    assert.equal(seen.length, 1);
  } finally {
    await seeing.stop();
    model.close();
  }
});

test('refuses, and says what is missing', async () => {
  const scale = { workload: 'cart', namespace: 'shop-prod', cluster, replicas: 2 };
  const device = await tool('scale_workload', scale, { as: 'device' });
  assert.equal(device.failed, true);
  assert.match(device.speech, /声音|身份|信任/);
  const { body } = await call(server.info.url, tokens.reader, 'scale_workload', scale);
  assert.match(JSON.stringify(body), /ops\.operate/);
  const system = await tool('scale_workload', { workload: 'coredns', namespace: 'kube-system', cluster, replicas: 1 });
  assert.equal(system.failed, true);
  assert.match(system.speech, /kube-system/);
  assert.equal((await kubectl.json('get deployment cart -n shop-prod')).spec.replicas, 3);
});

test('says what it could not see, and answers from what it last saw when the cloud is away', async () => {
  await faults({ action: 'DescribeClusters', regions: ['ap-shanghai'], errors: 99, error_code: 'InternalError' });
  const fresh = await world.serve();
  try {
    const partial = await tool('list_clusters', {}, { server: fresh });
    assert.equal(partial.data.complete, false);
    assert.match(partial.speech, /上海.*没查到/);
    await faults();
  } finally {
    await fresh.stop();
  }
  await clusterFaults({ errors: 99, error_status: 503 });
  const away = await tool('list_workloads', { kind: 'pod', namespace: 'shop-prod', cluster });
  assert.equal(away.failed, true);
  await clusterFaults();
});

test('offers few tools to those who listen, and they lead to the same', async () => {
  const listed = await ask(`${server.info.url}/mcp?profile=voice`, {
    method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', authorization: `Bearer ${tokens.zhangsan}`, 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientCapabilities': {} } } }),
  });
  const { tools } = listed.json().result;
  assert.ok(tools.length <= 22, `${tools.length} tools`);
  assert.ok(listed.text.length <= 24 * 1024, `${listed.text.length} bytes`);
  assert.ok(tools.some(({ name }) => name === 'change_workload'));
});

test('keeps an audit log that holds together', async () => {
  assert.match(run(home, ['audit', 'verify', '--config', world.file]), /unbroken/);
  const rows = run(home, ['audit', 'export', '--config', world.file]).trim().split('\n').map((line) => JSON.parse(line));
  const scaled = rows.find(({ event, action }) => event === 'done' && action === 'scale_workload');
  assert.ok(scaled, JSON.stringify(rows[0]));
});
