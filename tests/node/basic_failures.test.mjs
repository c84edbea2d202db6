// What is heard when something fails, tool by tool: the cloud or the cluster refuses, is slow, away, or answers nonsense. What
// changes something has then changed nothing, or says that nobody knows; kubectl and the official SDK look whether that is so.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { assertHeard, basicSuite, cluster, codeIn } from './basic.mjs';

// How each kind of failure sounds: of a question, and of a change that was under way.
const asked = {
  throttled: /太勤|太频繁/, denied: /没有权限|没有给这个账号权限/, 'not found': /没有找到/, timeout: /等了太久|没有及时回答/, malformed: /连不上/,
};
const changing = {
  throttled: /太勤|太频繁/, denied: /没有权限|没有给这个账号权限/, conflict: /正在变|改过|冲突/, timeout: /不知道/, dropped: /不知道/, malformed: /不知道/,
};
const inEnglish = {
  throttled: /too (many|much)/i, denied: /may not do that/, 'not found': /not there|does not have/, timeout: /too long|in time/, malformed: /does not answer|cannot be reached/, conflict: /being changed|conflict/,
  'unknown outcome': /cannot tell whether/,
};
// Where it failed, and what to do.
const where = /腾讯云|集群|日志服务|账号|它|没有找到/;
const advice = /再试|再说|再查|再看|看一下|管理员|缩短|列|有没有/;

const many = { throttled: { error_code: 'RequestLimitExceeded' }, denied: { error_code: 'UnauthorizedOperation' }, 'not found': { error_code: 'ResourceNotFound' }, conflict: { error_code: 'ResourceInUse' }, timeout: { error_code: 'FailedOperation.Timeout' } };
const cloudFault = (kind, action) => {
  if (kind === 'malformed') return { action, garbage: 999 };
  if (kind === 'dropped') return { action, drops: 1 };
  return { action, errors: 999, ...many[kind] };
};
const statuses = { throttled: 429, denied: 403, 'not found': 404, conflict: 409, timeout: 504 };
const clusterFault = (kind, path_prefix, writes = false) => {
  const which = { path_prefix, writes };
  if (kind === 'malformed') return { ...which, garbage: 999 };
  if (kind === 'dropped') return { ...which, drops: 1 };
  return { ...which, errors: 999, error_status: statuses[kind], retry_after_seconds: 0 };
};

const prod = '/api/v1/namespaces/shop-prod';
const prodApps = '/apis/apps/v1/namespaces/shop-prod';
const inProd = { namespace: 'shop-prod', cluster };
const all = Object.keys(asked);
const without = (...kinds) => all.filter((kind) => !kinds.includes(kind));
const yesterday = { topic: 'shop-app', level: 'error', time_range: 'yesterday' };

// `cloud`: the action that fails, or `path`: what of the cluster; `fresh`: asked of a server that has seen nothing yet.
const questions = [
  // A region that says "not found" is one without the service.
  { tool: 'list_clusters', cloud: 'DescribeClusters', fresh: true, kinds: without('not found') },
  { tool: 'list_nodes', args: { cluster }, path: '/api/v1/nodes' },
  { tool: 'list_node_pools', args: { cluster: '上海生产集群' }, cloud: 'DescribeNodePools', well: { cluster } },
  { tool: 'cluster_access', args: { cluster }, cloud: 'DescribeClusterEndpoints' },
  { tool: 'resource_usage', args: { cluster }, path: '/apis/metrics.k8s.io' },  // "not found": nobody measures there
  { tool: 'resource_usage', args: { cluster, resource: 'disk' }, cloud: 'GetMonitorData' },
  { tool: 'resource_usage', args: { resource: 'disk', by: 'workload', ...inProd }, path: '/api/v1/nodes' },
  { tool: 'resource_usage', args: { cluster, resource: 'memory', time_range: 'last_1h' }, cloud: 'DescribeStatisticData' },
  { tool: 'list_workloads', args: { kind: 'pod', ...inProd }, path: `${prod}/pods` },
  { tool: 'list_workloads', args: { kind: 'job', ...inProd }, path: '/apis/batch/v1/namespaces/shop-prod/jobs' },
  { tool: 'list_workloads', args: { kind: 'ingress', ...inProd }, path: '/apis/networking.k8s.io/v1/namespaces/shop-prod/ingresses' },
  { tool: 'inspect_workload', args: { name: 'gateway', ...inProd }, path: `${prod}/pods` },
  { tool: 'inspect_workload', args: { name: 'gateway', what: 'events', ...inProd }, path: `${prod}/events` },
  // A log is text: what is no JSON is a log too.
  { tool: 'inspect_workload', args: { name: 'gateway', what: 'logs', ...inProd }, path: `${prod}/pods/`, kinds: without('malformed') },
  { tool: 'inspect_workload', args: { name: 'gateway', what: 'history', ...inProd }, path: `${prodApps}/replicasets` },
  { tool: 'name_workload', args: { spoken: '门口', workload: 'gateway', ...inProd }, path: '/apis/apps/v1/deployments', fresh: true },
];
const logQuestions = [
  { tool: 'search_logs', args: yesterday, cloud: 'SearchLog' },
  { tool: 'count_logs', args: yesterday, cloud: 'DescribeLogHistogram' },
  { tool: 'log_context', args: { line: '1' }, cloud: 'DescribeLogContext', prepare: (world) => world.tool('search_logs', yesterday) },
  ...Object.entries({ alarms: 'DescribeAlarms', scheduled_sql: 'DescribeScheduledSqlInfo', dashboards: 'DescribeDashboards', notice_groups: 'DescribeAlarmNotices' })
    .map(([what, cloud]) => ({ tool: 'list_log_settings', args: { what }, cloud })),
  { tool: 'list_log_settings', args: { what: 'topics' }, cloud: 'DescribeTopics', fresh: true },
  { tool: 'list_log_settings', args: { what: 'logsets' }, cloud: 'DescribeLogsets', fresh: true },
  { tool: 'view_dashboard', args: { name: '商城总览' }, cloud: 'DescribeDashboards' },
];

// `state` is what is looked at; `args(state, kind)` asks for another one. `plan` is what fails while it is only being planned.
const motd = (text) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: motd}\ndata: {text: "${text}"}\n`;
const coupons = async ({ kubectl }) => (await kubectl.json('get configmap order-config -n shop-prod')).data['feature.coupons'];
const setCoupons = (value) => ({ kind: 'configmap', name: 'order-config', key: 'feature.coupons', value, ...inProd });
const restartedAt = async ({ kubectl }, name) => (await kubectl.json(`get deployment ${name} -n shop-prod`)).spec.template.metadata.annotations?.['kubectl.kubernetes.io/restartedAt'] ?? 'never';
const restarts = { dropped: 'gateway', malformed: 'order-worker' };  // what was restarted after all is still rolling
const firstPod = async ({ kubectl }, app) => (await kubectl.json(`get pods -n shop-prod -l app=${app}`)).items.filter(({ metadata }) => !metadata.deletionTimestamp)[0].metadata.name;
const changes = [
  {
    tool: 'scale_workload', path: `${prodApps}/deployments/cart`,
    state: async ({ kubectl }) => (await kubectl.json('get deployment cart -n shop-prod')).spec.replicas,
    args: (replicas) => ({ workload: 'cart', replicas: replicas === 2 ? 1 : 2, ...inProd }),
  },
  {
    tool: 'restart_workload', path: `${prodApps}/deployments/`,
    state: (world, kind) => restartedAt(world, restarts[kind] ?? 'payment'),
    args: (_, kind) => ({ name: restarts[kind] ?? 'payment', kind: 'deployment', ...inProd }),
  },
  {
    tool: 'restart_workload', path: `${prod}/pods/`,
    state: (world, kind) => firstPod(world, kind === 'malformed' ? 'payment' : 'order-service'),
    args: (pod) => ({ kind: 'pod', name: pod, ...inProd }),
  },
  { tool: 'update_config', path: `${prod}/configmaps/order-config`, state: coupons, args: (value) => setCoupons(`${value}!`) },
  {
    tool: 'apply_yaml', path: '/api/v1/namespaces/shop-test/configmaps/motd',
    state: async ({ kubectl }) => (await kubectl('get configmap motd -n shop-test -o jsonpath={.data.text} --ignore-not-found')),
    args: (text) => ({ yaml: motd(`${text}!`), namespace: 'shop-test', cluster }),
  },
  {
    tool: 'undo_change', path: `${prod}/configmaps/order-config`, state: coupons, args: () => ({}),
    prepare: async (world) => assert.equal((await world.confirmed('update_config', setCoupons(`${await coupons(world)}?`))).done.failed, false),
  },
];
const tke = ({ sdk }) => sdk('tke', 'v20220501');
const cls = ({ sdk }) => sdk('cls', 'v20201016');
const pools = async (world) => (await tke(world).DescribeNodePools({ ClusterId: world.clusterId })).NodePools;
const filled = (key, name) => ({ Filters: [{ Key: key, Values: [name] }] });
const alarm = { topic: 'shop-app', condition: '五分钟内错误超过一百条', notice: '值班组' };
const named = (thing, kind) => `${thing}-${kind}`;
const cloudChanges = [
  {
    tool: 'create_node_pool', cloud: 'CreateNodePool', plan: 'DescribeNodePools', prepare: (world) => world.advance(120),
    state: async (world, kind) => (await pools(world)).filter(({ Name }) => Name === named('pool', kind)).length,
    args: (_, kind) => ({ cluster, name: named('pool', kind), min: 1, max: 4, desired: 2, like: 'shop-native' }),
  },
  {
    tool: 'resize_node_pool', cloud: 'ModifyNodePoolDesiredCapacityAboutAsg', plan: 'DescribeNodePools', prepare: (world) => world.advance(120),
    state: async (world) => (await pools(world)).find(({ Name }) => Name === 'shop-regular').Regular.DesiredNodesNum,
    args: (size) => ({ cluster, pool: 'shop-regular', desired: size === 4 ? 5 : 4 }),
  },
  {
    tool: 'create_logset', cloud: 'CreateLogset',
    state: async (world, kind) => (await cls(world).DescribeLogsets(filled('logsetName', named('set', kind)))).TotalCount,
    args: (_, kind) => ({ name: named('set', kind) }),
  },
  {
    tool: 'create_log_topic', cloud: 'CreateTopic',
    state: async (world, kind) => (await cls(world).DescribeTopics(filled('topicName', named('topic', kind)))).TotalCount,
    args: (_, kind) => ({ name: named('topic', kind), retention_days: 7, logset: 'shop-prod' }),
  },
  {
    tool: 'create_alarm', cloud: 'CreateAlarm', plan: 'DescribeAlarms',
    state: async (world, kind) => (await cls(world).DescribeAlarms(filled('name', named('alarm', kind)))).TotalCount,
    args: (_, kind) => ({ ...alarm, name: named('alarm', kind) }),
  },
  {
    tool: 'create_scheduled_sql', cloud: 'CreateScheduledSql', plan: 'DescribeScheduledSqlInfo',
    // With a topic for its results, which is there as long as the task may be.
    state: async (world, kind) => {
      const tasks = (await cls(world).DescribeScheduledSqlInfo({ Name: named('sql', kind) })).TotalCount;
      return [tasks, (await cls(world).DescribeTopics(filled('topicName', `shop-app-${named('sql', kind)}`))).TotalCount].join();
    },
    args: (_, kind) => ({ topic: 'shop-app', sql_intent: '每小时各服务错误数', name: named('sql', kind) }), done: '1,1',
  },
  {
    tool: 'change_log_rule', cloud: 'ModifyAlarm', plan: 'DescribeAlarms',
    prepare: async (world, kind) => assert.equal((await world.tool('create_alarm', { ...alarm, name: named('rule', kind) })).failed, false),
    state: async (world, kind) => (await cls(world).DescribeAlarms(filled('name', named('rule', kind)))).Alarms[0].Status,
    args: (_, kind) => ({ what: 'alarm', name: named('rule', kind), do: 'disable' }),
  },
];
// They need neither cloud nor cluster, and go on when both are away; the broadcast of the night says what it waits for.
const local = { who_am_i: {}, list_changes: {}, get_task: {}, cancel_task: {}, cancel_plan: {}, confirm_plan: { code: '0000' } };
const broadcast = ['greet', 'repeat_broadcast'];
// Those of incidents.test.mjs.
const ofIncidents = ['list_alerts', 'explain_alert', 'update_alert', 'silence_alerts', 'handle_alert', 'start_rollback', 'rollback_status', 'stop_rollback', 'rollback_history',
  'list_checkpoints', 'compare_checkpoint', 'restore_checkpoint', 'set_broadcast'];

const fault = (world, row, kind, writes) => (row.cloud ? world.faults(cloudFault(kind, row.cloud)) : world.clusterFaults(clusterFault(kind, row.path, writes)));
const calm = (world) => Promise.all([world.faults(), world.clusterFaults()]);
const title = ({ tool, args, cloud }) => [tool, ...Object.values(typeof args === 'object' ? args : {}).filter((one) => one.length < 14 && one !== cluster && one !== 'shop-prod'), cloud].filter(Boolean).join(' ');

function suite(name, body) {
  basicSuite(name, (world) => {
    before(async () => {
      world.clusterId = (await world.tool('list_clusters')).data.clusters.find((one) => one.name === cluster).id;
    });
    body(world);
  });
}

async function askWith(world, row, args, as) {
  if (!row.fresh) return world.tool(row.tool, args, { as });
  const server = await world.serve();
  try {
    return await world.tool(row.tool, args, { as, server });
  } finally {
    await server.stop();
  }
}

function questionTests(world, rows) {
  for (const row of rows) {
    test(title(row), async () => {
      await row.prepare?.(world);
      for (const kind of row.kinds ?? all) {
        await fault(world, row, kind);
        const told = await askWith(world, row, row.args);
        await calm(world);
        assert.equal(told.failed, true, `${kind}: ${told.speech}`);
        assert.match(told.speech, asked[kind], kind);
        assert.match(told.speech, where, kind);
        assert.match(told.speech, advice, kind);
        assertHeard(told, world);
      }
      const well = await world.tool(row.tool, row.well ?? row.args);
      assert.equal(well.failed, false, well.speech);
      assertHeard(well, world);
    });
  }
}

async function changeOnce(world, row, kind, args, as) {
  const first = await world.tool(row.tool, args, { as });
  const code = codeIn(first.speech);
  return code ? world.tool('confirm_plan', { code }, { as }) : first;
}

function changeTests(world, rows) {
  for (const row of rows) {
    test(title(row), async () => {
      for (const kind of Object.keys(changing)) {
        if (kind === 'throttled' && row.path) continue;  // reading is throttled as well: below
        await row.prepare?.(world, kind);
        const state = await row.state(world, kind);
        await fault(world, row, kind, true);
        const told = await changeOnce(world, row, kind, row.args(state, kind));
        await calm(world);
        assert.equal(told.failed, true, `${kind}: ${told.speech}`);
        assert.match(told.speech, changing[kind], kind);
        assert.match(told.speech, where, kind);
        assert.match(told.speech, advice, kind);
        assertHeard(told, world);
        const later = await row.state(world, kind);
        // What was dropped or garbled on its way back had been done: exactly there it is said that nobody knows.
        if (kind === 'dropped' || kind === 'malformed') row.done ? assert.equal(later, row.done, kind) : assert.notEqual(later, state, `${kind}: it had been done`);
        else if (row.done && kind === 'timeout') assert.notEqual(later, row.done, kind);
        else assert.equal(later, state, `${kind}: nothing was changed`);
      }
      for (const kind of row.path ? ['throttled', 'denied', 'malformed'] : row.plan ? ['denied', 'malformed'] : []) {
        const key = `plan-${kind}`;
        await row.prepare?.(world, key);
        const state = await row.state(world, key);
        await fault(world, { ...row, cloud: row.plan }, kind);
        const told = await world.tool(row.tool, row.args(state, key));
        await calm(world);
        assert.equal(told.failed, true, `planning, ${kind}: ${told.speech}`);
        assert.match(told.speech, asked[kind], `planning, ${kind}`);
        assert.equal(codeIn(told.speech), undefined, 'nothing to confirm');
        assertHeard(told, world);
        assert.equal(await row.state(world, key), state, `planning, ${kind}`);
      }
    });
  }
}

describe('what is heard when it fails', { concurrency: 4 }, () => {
  suite('asking about clusters', (world) => {
    questionTests(world, questions);

    test('every tool has its row', async () => {
      const rows = new Set([...questions, ...logQuestions, ...changes, ...cloudChanges].map(({ tool }) => tool).concat(Object.keys(local), broadcast));
      const offered = (await world.tools('zhangsan')).map(({ name }) => name);
      assert.deepEqual(offered.filter((name) => !rows.has(name) && !ofIncidents.includes(name)), [], 'tools without a row here');
      assert.deepEqual([...rows].filter((name) => !offered.includes(name)), [], 'rows without a tool');
    });
  });

  suite('asking about logs', (world) => {
    questionTests(world, logQuestions);

    test('in English', async () => {
      for (const kind of all) {
        for (const [row, args] of [[{ path: '/api/v1/nodes', tool: 'list_nodes' }, { cluster }], [{ cloud: 'SearchLog', tool: 'search_logs' }, yesterday], [{ cloud: 'DescribeAlarms', tool: 'list_log_settings' }, { what: 'alarms' }]]) {
          await fault(world, row, kind);
          const told = await world.tool(row.tool, args, { as: 'john' });
          await calm(world);
          assert.equal(told.failed, true, kind);
          assert.match(told.speech, inEnglish[kind], kind);
          assertHeard(told, world, 'en');
        }
      }
    });

    test('what needs no cloud goes on without it', async () => {
      await Promise.all([world.faults({ errors: 9999, error_code: 'InternalError' }), world.clusterFaults({ errors: 9999, error_status: 503 })]);
      for (const [name, args] of Object.entries(local)) {
        const told = await world.tool(name, args);
        assert.doesNotMatch(told.speech, /连不上|太久/, name);
        assertHeard(told, world);
      }
      for (const name of broadcast) {
        const told = await world.tool(name);
        assert.match(told.speech, /昨晚的日志现在取不到，腾讯云暂时连不上。过几分钟再叫我/, name);
        assertHeard(told, world);
      }
      await calm(world);
    });
  });

  suite('changing what runs', (world) => {
    changeTests(world, changes);
  });

  suite('changing pools and log settings', (world) => {
    changeTests(world, cloudChanges);

    test('in English', async () => {
      const row = changes.find(({ tool }) => tool === 'scale_workload');
      for (const kind of ['denied', 'conflict', 'timeout', 'dropped', 'malformed']) {
        const state = await row.state(world);
        await fault(world, row, kind, true);
        const told = await changeOnce(world, row, kind, row.args(state), 'john');
        await calm(world);
        assert.equal(told.failed, true, kind);
        assert.match(told.speech, inEnglish[kind === 'denied' || kind === 'conflict' ? kind : 'unknown outcome'], kind);
        assertHeard(told, world, 'en');
      }
      await world.faults(cloudFault('dropped', 'CreateLogset'));
      const told = await world.tool('create_logset', { name: 'night-en' }, { as: 'john' });
      assert.match(told.speech, inEnglish['unknown outcome']);
      assertHeard(told, world, 'en');
    });
  });

  suite('when time runs out', (world) => {
    test('a question is given up, and a change that nobody answered is told as such', async () => {
      await world.clusterFaults({ path_prefix: `${prodApps}/deployments/cart/scale`, writes: true, delay_ms: 60_000 });
      const { done } = await world.confirmed('scale_workload', { workload: 'cart', replicas: 1, ...inProd });
      assert.equal(done.failed, true, done.speech);
      assert.match(done.speech, /cart 从两个副本改成一个，没有收到回答，不知道做成了没有/);
      assertHeard(done, world);
      assert.match((await world.tool('list_changes')).speech, /cart 从两个副本改成一个，没看到做成/);

      await world.clusterFaults({ path_prefix: '/api/v1/nodes', delay_ms: 60_000 });
      const slow = await world.tool('list_nodes', { cluster });
      assert.equal(slow.failed, true);
      assert.match(slow.speech, asked.timeout);
      assertHeard(slow, world);
    });
  });
});
