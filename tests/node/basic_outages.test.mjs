// The cloud is away, in part or altogether: what is told then, how old it is, who is asked meanwhile, and how it comes back.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { assertHeard, basicSuite, cluster } from './basic.mjs';

const away = { action: 'DescribeClusters', errors: 1_000_000, error_code: 'InternalError' };
const ages = /这是.*(秒|分钟)前的结果/;

// Asks now and then until the answer fits; somebody who asks more often has it from memory anyway.
async function askUntil(ask, fits, what, limit = 45_000) {
  for (const end = Date.now() + limit; Date.now() < end; await pause(300)) {
    const told = await ask();
    if (fits(told)) return told;
  }
  throw new Error(`${what} was not seen in time`);
}
const asked = async (world) => (await world.stats()).by_region.DescribeClusters ?? {};
const sum = (counts) => Object.values(counts).reduce((a, b) => a + b, 0);

describe('while the cloud is away', { concurrency: 4 }, () => {
  basicSuite('one region', (world) => {
    test('is named as missing, left alone while it is ill, and back when it is well', async () => {
      const list = (as) => world.tool('list_clusters', {}, { as });
      await world.faults({ ...away, regions: ['ap-shanghai'] });
      const partial = await list();
      assert.equal(partial.failed, false);
      assert.match(partial.speech, /上海区没查到/);
      assert.equal(partial.data.complete, false);
      assert.deepEqual(partial.data.missing, [{ region: 'ap-shanghai', error: 'unavailable' }]);
      assert.deepEqual(partial.data.clusters.map(({ region }) => region).filter((region) => region === 'ap-shanghai'), []);
      assert.equal(partial.data.clusters.length, 3, 'all the others');
      assertHeard(partial, world);
      const english = await list('john');
      assert.match(english.speech, /Shanghai did not answer/);
      assertHeard(english, world, 'en');

      // What is elsewhere can be used; what may be there is not said to be nowhere.
      assert.equal((await world.tool('list_nodes', { cluster })).failed, false);
      const there = await world.tool('list_nodes', { cluster: '上海生产集群' });
      assert.equal(there.failed, true);
      assert.match(there.speech, /没有找到.*上海区没查到/);
      assertHeard(there, world);

      // After three failures nobody asks there any more, however often they are asked.
      for (let i = 0; i < 3; ++i) await list();
      const before = await asked(world);
      for (let i = 0; i < 5; ++i) assert.match((await list()).speech, /上海区没查到/);
      assert.equal((await asked(world))['ap-shanghai'], before['ap-shanghai']);

      await world.faults();
      const whole = await askUntil(list, ({ data }) => data.complete, 'the region');
      assert.equal(whole.data.clusters.length, 4);
      assert.deepEqual(whole.data.missing, []);
      assert.doesNotMatch(whole.speech, /没查到/);
      assert.equal((await asked(world))['ap-shanghai'], before['ap-shanghai'] + 1, 'one question to see whether it is well');
    });
  });

  basicSuite('all regions', (world) => {
    test('the last good answer is told with its age; nobody is asked in vain; then all is new again', async () => {
      const list = (as) => world.tool('list_clusters', {}, { as });
      const good = await list();
      assert.equal(good.data.complete, true);
      const once = sum(await asked(world));
      const again = await list();
      assert.equal(again.data.as_of, good.data.as_of, 'an answer of just now is taken again, and says from when it is');
      assert.equal(sum(await asked(world)), once, 'without a question');

      await world.faults(away);
      const old = await askUntil(list, ({ speech }) => speech.startsWith('腾讯云暂时连不上'), 'the old answer');
      assert.equal(old.failed, false);
      assert.match(old.speech, ages);
      assert.match(old.speech, /一共四个集群/);
      assert.deepEqual(old.data.clusters, good.data.clusters);
      assert.equal(old.data.as_of, good.data.as_of, 'of the oldest part');
      assert.equal(old.data.complete, false);
      assert.ok(old.data.missing.length > 10 && old.data.missing.every(({ as_of }) => as_of), 'of each region it is said from when it is');
      assertHeard(old, world);
      const english = await list('john');  // with an account of her own: she has never had an answer
      assert.equal(english.failed, true);
      assertHeard(english, world, 'en');

      // The clusters themselves are not the cloud: what is known of them leads there.
      const nodes = await world.tool('list_nodes', { cluster });
      assert.equal(nodes.data.nodes.length, (await world.kubectl.json('get nodes')).items.length);

      await list();
      await list();
      const open = sum(await asked(world));
      for (let i = 0; i < 5; ++i) assert.match((await list()).speech, ages);
      assert.equal(sum(await asked(world)), open, 'nobody is asked while all are ill');

      await world.faults();
      const back = await askUntil(list, ({ data }) => data.complete, 'the cloud');
      assert.match(back.speech, /^一共四个集群/);
      assert.ok(back.data.as_of > good.data.as_of);
    });
  });

  basicSuite('a part', (world) => {
    test('a cluster that cannot be reached is named beside the others', async () => {
      const told = await world.tool('list_nodes', { region: '广州' });
      assert.equal(told.failed, false);
      assert.match(told.speech, /广州测试集群没查到.*广州生产集群.*正常/);
      assertHeard(told, world);
    });

    test('a panel without an answer is named beside the others', async () => {
      await world.faults({ action: 'SearchLog', errors: 1, error_code: 'FailedOperation.SearchTimeout' });
      const told = await world.tool('view_dashboard', { name: '商城总览' });
      await world.faults();
      assert.equal(told.failed, false);
      const failed = told.data.panels.filter(({ error }) => error);
      assert.equal(failed.length, 1, 'of four');
      assert.match(told.speech, /没查到/);
      assertHeard(told, world);
    });

    test('the age of what is kept of a cluster is said', async () => {
      await world.tool('list_nodes', { cluster });
      const told = await world.tool('cluster_access', { cluster });
      assert.match(told.speech, /凭证是.*前取的/);
      assert.ok(Date.parse(told.data.kubeconfig_fetched) <= Date.now());
    });

    test('a cluster whose API is ill is left alone as well, and told from when it comes back', async () => {
      const find = () => world.tool('inspect_workload', { name: 'gateway', namespace: 'shop-prod', cluster });
      await world.clusterFaults({ path_prefix: '/apis/apps/v1/deployments', errors: 1_000_000, error_status: 503, retry_after_seconds: 0 });
      for (let i = 0; i < 3; ++i) {
        const told = await find();
        assert.equal(told.failed, true);
        assert.match(told.speech, /连不上/);
        assertHeard(told, world);
      }
      await world.clusterFaults({ path_prefix: '/apis/apps/v1/deployments', drops: 1_000_000 });
      const begun = Date.now();
      for (let i = 0; i < 3; ++i) assert.equal((await find()).failed, true);
      assert.ok(Date.now() - begun < 1_000, 'at once, for nobody is asked');
      await world.clusterFaults();
      const told = await askUntil(find, ({ failed }) => !failed, 'the cluster');
      assert.match(told.speech, /gateway/);
    });
  });
});
