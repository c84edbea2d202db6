// What an engineer does with clusters in a day, and each tool as those reach it who listen: judged by kubectl.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { assertHeard, basicSuite, cluster } from './basic.mjs';
import { deployment } from './kube.mjs';
import { until } from './program.mjs';

const inProd = { namespace: 'shop-prod', cluster };
const inTest = { namespace: 'shop-test', cluster };
const restartedAt = 'kubectl.kubernetes.io/restartedAt';

// A tool that answers well, and fit for the ear.
async function good(world, name, args, options) {
  const told = await world.tool(name, args, options);
  assert.equal(told.failed, false, `${name}: ${told.speech}`);
  assertHeard(told, world);
  return told;
}
async function change(world, name, args, options) {
  const { plan, done } = await world.confirmed(name, args, options);
  assert.equal(done.failed, false, `${name}: ${done.speech}`);
  assertHeard(plan, world);
  assertHeard(done, world);
  return { plan, done };
}
const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
const names = (items) => items.map((one) => one.name ?? one.metadata.name).sort();

const agent = {
  apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'agent', labels: { app: 'agent' } },
  spec: { selector: { matchLabels: { app: 'agent' } }, template: { metadata: { labels: { app: 'agent' } }, spec: { containers: [{ name: 'agent', image: 'shop/agent:1' }] } } },
};
const queue = {
  apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'queue', labels: { app: 'queue' } },
  spec: { ...agent.spec, serviceName: 'queue', replicas: 2, selector: { matchLabels: { app: 'queue' } }, template: { metadata: { labels: { app: 'queue' } }, spec: { containers: [{ name: 'queue', image: 'shop/queue:1' }] } } },
};

describe('the basic service', { concurrency: 3 }, () => {
  basicSuite('what there is', (world) => {
    for (const [kind, resource] of Object.entries({ deployment: 'deployments', statefulset: 'statefulsets', daemonset: 'daemonsets', job: 'jobs', cronjob: 'cronjobs', service: 'services', ingress: 'ingresses', pod: 'pods' })) {
      test(`lists ${resource} as kubectl does`, async () => {
        for (const namespace of ['shop-prod', 'kube-system']) {
          const told = await good(world, 'list_workloads', { kind, namespace, cluster, limit: 200 });
          const there = (await world.kubectl.json(`get ${resource} -n ${namespace}`)).items;
          assert.deepEqual(names(told.data.items), names(there));
          assert.equal(told.data.total, there.length);
        }
      });
    }

    test('tells where an Ingress leads', async () => {
      const told = await good(world, 'list_workloads', { kind: 'ingress', name: 'shop', ...inProd });
      const [rule] = (await world.kubectl.json('get ingress shop -n shop-prod')).spec.rules;
      assert.match(told.speech, /shop/);
      assert.deepEqual(told.data.items[0].hosts, [rule.host]);
    });

    test('looks into a Job', async () => {
      const job = { name: 'db-migrate-v12', kind: 'job', ...inProd };
      const { status } = await world.kubectl.json('get job db-migrate-v12 -n shop-prod');
      assert.equal(status.succeeded, 1);
      assert.match((await good(world, 'inspect_workload', job)).speech, /db-migrate-v12 跑完了/);
      const log = await good(world, 'inspect_workload', { ...job, what: 'logs' });
      assert.deepEqual(log.data.log.last, (await world.kubectl('logs job/db-migrate-v12 -n shop-prod')).trim().split('\n'));
      await good(world, 'inspect_workload', { ...job, what: 'events' });
    });

    test('reads what a container said before it crashed', async () => {
      await world.kubectl('apply -n shop-test -f -', { input: deployment('unlucky', { image: 'shop/unlucky:crash' }) });
      const pod = async () => (await world.kubectl.json('get pods -n shop-test -l app=unlucky')).items[0];
      await until(async () => (await pod())?.status.containerStatuses?.[0].restartCount > 0, 'a restart', 30_000);
      const told = await good(world, 'inspect_workload', { name: 'unlucky', what: 'logs', previous: true, ...inTest });
      assert.match(told.speech, /unlucky 的一个副本上一次运行的最后.*行里有.*行错误/);
      const said = (await world.kubectl(`logs ${(await pod()).metadata.name} -n shop-test --previous`)).trim().split('\n');
      assert.ok(said.some((line) => line.includes('giving up')));
      assert.deepEqual(told.data.log.last, said);
      assert.match((await good(world, 'inspect_workload', { name: 'unlucky', ...inTest })).speech, /崩溃|重启/);
    });

    test('tells the use of CPU and memory, now and over time', async () => {
      const nodes = names((await world.kubectl.json('get nodes')).items);
      const top = (await world.kubectl('top nodes --no-headers')).trim().split('\n').map((line) => line.split(/\s+/)[0]).sort();
      for (const resource of ['cpu', 'memory']) {
        const now = await good(world, 'resource_usage', { cluster, resource, by: 'node' });
        assert.deepEqual(names(now.data.rows), top);
        for (const by of ['node', 'namespace', 'workload']) {
          const told = await good(world, 'resource_usage', { cluster, resource, by, time_range: 'last_1h', ...(by === 'workload' ? { namespace: 'shop-prod' } : {}) });
          assert.ok(told.data.rows.length > 0, `${resource} of each ${by}: ${told.speech}`);
          assert.match(told.speech, /最近一个?小时/);
          if (by === 'node') assert.deepEqual(names(told.data.rows), nodes);
          if (by === 'namespace') assert.ok(names(told.data.rows).includes('shop-prod'));
          if (by === 'workload') assert.ok(names(told.data.rows).includes('payment'), names(told.data.rows).join());
        }
      }
    });

    test('tells what lies on disks, by namespace, workload and pod', async () => {
      // The same as kubectl hears from every kubelet; its --raw wants the whole path.
      const { pathname } = new URL(await world.kubectl('config view --minify -o jsonpath={.clusters[0].cluster.server}'));
      const nodes = names((await world.kubectl.json('get nodes')).items);
      const summaries = await Promise.all(nodes.map(async (node) => JSON.parse(await world.kubectl(`get --raw ${pathname}/api/v1/nodes/${node}/proxy/stats/summary`))));
      const pods = summaries.flatMap((summary) => summary.pods).filter(({ podRef }) => podRef.namespace === 'shop-prod');
      const claims = pods.flatMap(({ volume }) => volume ?? []);
      const kept = sum(pods.map((pod) => pod['ephemeral-storage'].usedBytes)) + sum(claims.map(({ usedBytes }) => usedBytes));
      const by = (what) => good(world, 'resource_usage', { resource: 'disk', by: what, ...inProd });

      const space = await by('namespace');
      assert.deepEqual(space.data.rows.map(({ name, used_bytes }) => [name, used_bytes]), [['shop-prod', kept]]);
      assert.deepEqual([space.data.complete, space.data.missing], [true, []]);
      const workloads = await by('workload');
      assert.equal(sum(workloads.data.rows.map(({ used_bytes }) => used_bytes)), kept);
      const mysql = workloads.data.rows[0];
      assert.equal(mysql.name, 'mysql', 'the only one with volumes');
      assert.deepEqual(mysql.volumes.map(({ claim }) => claim).sort(), names((await world.kubectl.json('get pvc -n shop-prod')).items));
      assert.match(workloads.speech, /^广州生产集群的 shop-prod 里磁盘一共用了.*G。最高的是 mysql 百分之/);
      assert.deepEqual(names((await by('pod')).data.rows), pods.map(({ podRef }) => podRef.name).sort());

      const past = await world.tool('resource_usage', { resource: 'disk', by: 'workload', time_range: 'last_1h', ...inProd });
      assert.equal(past.failed, true);
      assert.match(past.speech, /整台机器/);
      assertHeard(past, world);
    });

    test('tells the versions of a workload', async () => {
      for (const image of ['ccr.ccs.tencentyun.com/shop/cart:v5', 'ccr.ccs.tencentyun.com/shop/cart:v6']) {
        await world.kubectl(`set image deployment/cart cart=${image} -n shop-test`);
        await world.kubectl('rollout status deployment/cart -n shop-test --timeout=60s');
      }
      const told = await good(world, 'inspect_workload', { name: 'cart', what: 'history', ...inTest });
      const history = (await world.kubectl('rollout history deployment/cart -n shop-test')).trim().split('\n').map((line) => Number.parseInt(line, 10)).filter(Number.isInteger);
      assert.deepEqual(told.data.revisions.map(({ revision }) => revision).sort((a, b) => a - b), history);
      assert.match(told.speech, /^cart 现在是 v6.*之前是.*v5/);
    });
  });

  basicSuite('what is changed', (world) => {
    before(async () => {
      await world.kubectl('apply -n shop-test -f -', { input: [agent, queue, deployment('web', { image: 'shop/web:1', replicas: 2 })] });
      await Promise.all(['daemonset/agent', 'statefulset/queue', 'deployment/web'].map((what) => world.kubectl(`rollout status ${what} -n shop-test --timeout=60s`)));
    });

    test('restarts a DaemonSet and a StatefulSet by rolling', async () => {
      for (const [kind, name] of [['daemonset', 'agent'], ['statefulset', 'queue']]) {
        await change(world, 'restart_workload', { name, kind, ...inTest });
        assert.ok((await world.kubectl.json(`get ${kind} ${name} -n shop-test`)).spec.template.metadata.annotations[restartedAt]);
      }
      await world.kubectl('rollout status statefulset/queue -n shop-test --timeout=60s');
    });

    test('scales a StatefulSet, and says why not a DaemonSet', async () => {
      await change(world, 'scale_workload', { workload: 'queue', replicas: 3, ...inTest });
      assert.equal((await world.kubectl.json('get statefulset queue -n shop-test')).spec.replicas, 3);
      const refused = await world.tool('scale_workload', { workload: 'agent', replicas: 3, ...inTest });
      assert.equal(refused.failed, true);
      assert.match(refused.speech, /DaemonSet/);
      assertHeard(refused, world);
    });

    const undo = async () => change(world, 'undo_change', {});
    test('undoes a scaling', async () => {
      await change(world, 'scale_workload', { workload: 'web', replicas: 4, ...inTest });
      await undo();
      assert.equal((await world.kubectl.json('get deployment web -n shop-test')).spec.replicas, 2);
    });

    test('undoes a change of a ConfigMap and of a Secret', async () => {
      const data = async (kind, name) => (await world.kubectl.json(`get ${kind} ${name} -n shop-test`)).data;
      for (const [kind, name, key] of [['configmap', 'order-config', 'feature.coupons'], ['secret', 'mysql-credentials', 'password']]) {
        const before = await data(kind, name);
        await change(world, 'update_config', { kind, name, key, value: 'something-else', ...inTest });
        assert.notDeepEqual(await data(kind, name), before);
        await undo();
        assert.deepEqual(await data(kind, name), before);
      }
    });

    test('undoes what was applied: what is new goes, what was there is as before', async () => {
      const yaml = `apiVersion: v1
kind: ConfigMap
metadata: {name: fresh}
data: {a: "1"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: order-config}
data: {extra: "1"}
`;
      const before = (await world.kubectl.json('get configmap order-config -n shop-test')).data;
      await change(world, 'apply_yaml', { yaml, ...inTest });
      assert.equal((await world.kubectl.json('get configmap order-config -n shop-test')).data.extra, '1');
      await undo();
      assert.deepEqual((await world.kubectl.json('get configmap order-config -n shop-test')).data, before);
      assert.match(await world.kubectl('get configmap fresh -n shop-test', { fails: true }), /NotFound/);
    });

    test('undoes a new node pool and a new size', async () => {
      const tke = world.sdk('tke', 'v20220501');
      const clusterId = (await world.tool('list_clusters')).data.clusters.find(({ name }) => name === cluster).id;
      const pools = async () => (await tke.DescribeNodePools({ ClusterId: clusterId })).NodePools;
      const size = async () => (await pools()).find(({ Name }) => Name === 'shop-regular').Regular.DesiredNodesNum;
      const before = await size();
      await change(world, 'resize_node_pool', { cluster, pool: 'shop-regular', desired: before + 1 });
      await world.advance(300);
      assert.equal(await size(), before + 1);
      await undo();
      await world.advance(300);
      assert.equal(await size(), before);
      await change(world, 'create_node_pool', { cluster, name: 'short-lived', min: 1, max: 2, desired: 1, like: 'shop-native' });
      await world.advance(300);
      assert.ok((await pools()).some(({ Name }) => Name === 'short-lived'));
      await undo();
      await world.advance(300);
      assert.ok(!(await pools()).some(({ Name }) => Name === 'short-lived'));
    });

    test('says that a restart cannot be undone', async () => {
      await change(world, 'restart_workload', { name: 'web', kind: 'deployment', ...inTest });
      const [last] = (await world.tool('list_changes')).data.changes;
      const told = await world.tool('undo_change', { number: last.number });
      assert.equal(told.failed, true);
      assert.match(told.speech, /重启/);
      assertHeard(told, world);
    });
  });

  basicSuite('for those who listen', (world) => {
    const reached = new Set();
    const listen = (name, action, args) => {
      reached.add(`${name} ${action}`);
      return good(world, name, { action, ...args }, { profile: 'voice' });
    };
    const alter = async (name, action, args, options = { profile: 'voice' }) => {
      reached.add(`${name} ${action}`);
      return change(world, name, { action, ...args }, options);
    };
    const yesterday = { topic: 'shop-app', level: 'error', time_range: 'yesterday' };

    test('logs', async () => {
      assert.match((await listen('logs', 'search', yesterday)).speech, /错误|条/);
      assert.match((await listen('logs', 'count', yesterday)).speech, /错误一共/);
      assert.match((await listen('logs', 'context', { line: '1' })).speech, /前面/);
    });

    test('clusters', async () => {
      assert.match((await listen('clusters', 'list')).speech, /四个集群/);
      assert.match((await listen('clusters', 'nodes', { cluster })).speech, /五个节点/);
      assert.match((await listen('clusters', 'pools', { cluster })).speech, /两个节点池/);
      assert.match((await listen('clusters', 'usage', { cluster, resource: 'memory' })).speech, /内存/);
      assert.match((await listen('clusters', 'access', { cluster })).speech, /外网访问开着/);
    });

    test('workloads', async () => {
      const there = (await world.kubectl.json('get deployments -n shop-prod')).items.length;
      assert.equal((await listen('workloads', 'list', { kind: 'deployment', ...inProd, limit: 100 })).data.total, there);
      assert.match((await listen('workloads', 'inspect', { name: '网关', ...inProd })).speech, /gateway/);
      await listen('workloads', 'changes');
    });

    test('change_workload', async () => {
      await alter('change_workload', 'scale', { workload: 'cart', replicas: 1, ...inProd });
      const replicas = async () => (await world.kubectl.json('get deployment cart -n shop-prod')).spec.replicas;
      assert.equal(await replicas(), 1);
      await alter('change_workload', 'undo', {});
      assert.equal(await replicas(), 2);
      await alter('change_workload', 'restart', { name: 'order-worker', kind: 'deployment', ...inProd });
      assert.ok((await world.kubectl.json('get deployment order-worker -n shop-prod')).spec.template.metadata.annotations[restartedAt]);
      await alter('change_workload', 'nickname', { spoken: '结算', workload: 'order-worker', ...inProd });
      assert.match((await listen('workloads', 'inspect', { name: '结算' })).speech, /order-worker/);
    });

    test('change_config', async () => {
      await alter('change_config', 'set', { kind: 'configmap', name: 'order-config', key: 'feature.coupons', value: 'false', ...inProd });
      assert.equal((await world.kubectl.json('get configmap order-config -n shop-prod')).data['feature.coupons'], 'false');
      await alter('change_config', 'apply', { yaml: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: spoken}\ndata: {a: "1"}\n', ...inTest });
      assert.equal((await world.kubectl.json('get configmap spoken -n shop-test')).data.a, '1');
      const secret = await world.tool('change_config', { action: 'set', kind: 'secret', name: 'mysql-credentials', key: 'password', value: 'heard-by-all', ...inProd }, { profile: 'voice' });
      assertHeard(secret, world);
    });

    test('change_node_pool', async () => {
      const tke = world.sdk('tke', 'v20220501');
      const clusterId = (await world.tool('list_clusters')).data.clusters.find(({ name }) => name === cluster).id;
      const pools = async () => (await tke.DescribeNodePools({ ClusterId: clusterId })).NodePools;
      await alter('change_node_pool', 'create', { cluster, name: 'spoken', min: 1, max: 2, desired: 1, like: 'shop-native' });
      assert.ok((await pools()).some(({ Name }) => Name === 'spoken'));
      await alter('change_node_pool', 'resize', { cluster, pool: 'shop-regular', desired: 4 });
      assert.equal((await pools()).find(({ Name }) => Name === 'shop-regular').Regular.DesiredNodesNum, 4);
    });

    test('change_log_settings', async () => {
      const cls = world.sdk('cls', 'v20201016');
      const alarm = { topic: 'shop-app', condition: '五分钟内错误超过一百条', notice: '值班组', name: '说出来的' };
      await alter('change_log_settings', 'create_logset', { name: 'spoken' });
      await alter('change_log_settings', 'create_topic', { name: 'spoken-app', logset: 'spoken', retention_days: 7 });
      assert.equal((await cls.DescribeTopics({ Filters: [{ Key: 'topicName', Values: ['spoken-app'] }] })).TotalCount, 1);
      await alter('change_log_settings', 'create_alarm', alarm);
      await alter('change_log_settings', 'create_sql', { topic: 'shop-app', sql_intent: '每小时各服务错误数', name: 'spoken-sql' });
      await alter('change_log_settings', 'switch_or_delete', { what: 'alarm', name: alarm.name, do: 'disable' });
      assert.equal((await cls.DescribeAlarms({ Filters: [{ Key: 'name', Values: [alarm.name] }] })).Alarms[0].Status, false);
    });

    test('each action of each family was reached', async () => {
      const families = (await world.tools('zhangsan', 'voice')).filter(({ name, inputSchema }) => inputSchema.properties?.action && !['alerts', 'rollback'].includes(name));
      assert.ok(families.length >= 7, families.map(({ name }) => name).join());
      const offered = families.flatMap(({ name, inputSchema }) => inputSchema.properties.action.enum.map((action) => `${name} ${action}`));
      assert.deepEqual(offered.filter((one) => !reached.has(one)), []);
      for (const { name, description } of families) assert.ok(description.length > 20, name);
    });
  });
});
