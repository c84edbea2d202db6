// From the alarm to the cure, through the product as it is run: webhooks in, kubectl and the audit log as judges.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, test } from 'node:test';
import { assertHeard, basicSuite, codeIn } from './basic.mjs';
import { run, until } from './program.mjs';

const config = join(dirname(fileURLToPath(import.meta.url)), '../../config');
// The shipped rules, but what is not quite so urgent does not wait for the night either.
const folder = mkdtempSync(join(tmpdir(), 'mtc-rules-'));
const rules = join(folder, 'alert_rules.json');
writeFileSync(rules, readFileSync(join(config, 'alert_rules.json'), 'utf8').replace('"urgent_from": 90', '"urgent_from": 40'));
after(() => rmSync(folder, { recursive: true }));
const sections = `alerts:\n  rules: ${rules}\n  rollback: ${config}/rollback_config.json\n  ask: false\n`;

basicSuite('incidents', (world) => {
  const keys = {};
  const hook = (path, body, headers = {}) => fetch(`${world.server.info.url}/hooks/${path}`, {
    method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const api = async (path, as = 'zhangsan', options = {}) => {
    const answer = await fetch(`${world.server.info.url}/api/v1${path}`, { ...options, headers: { authorization: `Bearer ${world.tokens[as]}`, 'content-type': 'application/json' } });
    return { status: answer.status, body: await answer.json() };
  };
  const image = async (name, ns = 'shop-prod') => world.kubectl(['get', 'deployment', name, '-n', ns, '-o', 'jsonpath={.spec.template.spec.containers[0].image}']);
  const alarm = (workload, { session = `s-${workload}`, status = '1', policy = '错误率过高' } = {}) => ({
    sessionId: session, alarmStatus: status, alarmType: 'metric',
    alarmObjInfo: {
      region: 'gz', namespace: 'qce/tke2', appId: '1250000000', uin: '100000000001',
      dimensions: { tke_cluster_instance_id: world.clusterId, namespace: 'shop-prod', workload_kind: 'Deployment', workload_name: workload, objName: workload },
    },
    alarmPolicyInfo: {
      policyId: 'policy-0a1b2c3d', policyType: 'k8s_workload2', policyName: policy, policyTypeCName: '容器服务-工作负载',
      conditions: { metricName: 'k8s_workload_error_rate', metricShowName: '错误率', calcType: '>', calcValue: '5', calcUnit: '%', currentValue: '60', unit: '%', period: '60', periodNum: '1' },
    },
    firstOccurTime: new Date(Date.now() + 8 * 3600_000 - 60_000).toISOString().slice(0, 19).replace('T', ' '), durationTime: 60, recoverTime: '0',
  });
  const operations = async () => (await api('/rollbacks')).body.rollbacks;

  test('keys for webhooks are made by the administrator and shown once', async () => {
    world.clusterId = (await world.tool('list_clusters')).data.clusters.find(({ name }) => name === '广州生产集群').id;
    const made = JSON.parse(run(world.home, ['hook', 'create', '--label', 'Monitor', '--json', '--config', world.file]));
    keys.good = made.key;
    assert.match(made.monitor, /\/hooks\/monitor\/mth_/);
    const listed = run(world.home, ['hook', 'list', '--config', world.file]);
    assert.ok(listed.includes(made.prefix) && !listed.includes(made.key));
  });

  test('without a key nothing is taken in, whatever else is right', async () => {
    for (const path of ['monitor', 'monitor/mth_000000000000000000000000000000', 'cls']) assert.equal((await hook(path, alarm('payment'))).status, 401);
    assert.equal((await hook('monitor', alarm('payment'), { authorization: 'Bearer mth_wrong' })).status, 401);
    assert.equal((await api('/alerts')).body.alerts.length, 0);
  });

  test('what is no alarm is refused with what is wrong', async () => {
    const broken = await hook(`monitor/${keys.good}`, '{"sessionId": ');
    assert.equal(broken.status, 400);
    const strange = await hook(`monitor/${keys.good}`, { sessionId: 'x', alarmStatus: 'perhaps' });
    assert.equal(strange.status, 400);
    assert.match((await strange.json()).message, /alarmStatus/);
  });

  test('an alarm about something that is well is kept, told and not acted upon', async () => {
    const answer = await hook(`monitor/${keys.good}`, alarm('cart', { policy: '购物车延迟' }));
    assert.equal(answer.status, 200);
    assert.deepEqual(await answer.json(), { kept: 1 });
    assert.equal((await (await hook(`monitor/${keys.good}`, alarm('cart', { policy: '购物车延迟' }))).json()).kept, 1, 'the same once more');
    const { body } = await api('/alerts');
    assert.equal(body.alerts.length, 1);
    assert.equal((await operations()).length, 0);
    const listed = await world.tool('list_alerts');
    assert.match(listed.speech, /cart/);
  });

  test('a release whose image is not there is repaired within half a minute of its alarm', async () => {
    await world.kubectl(['set', 'image', 'deployment/payment', '-n', 'shop-prod', 'payment=ccr.ccs.tencentyun.com/shop/payment:v43-typo']);
    await until(async () => /ImagePullBackOff|ErrImagePull/.test(await world.kubectl(['get', 'pods', '-n', 'shop-prod', '-l', 'app=payment'])), 'the missing image', 90_000);
    const begun = Date.now();
    assert.equal((await hook(`monitor/${keys.good}`, alarm('payment'))).status, 200);
    await until(async () => (await operations()).some(({ state }) => state !== 'running'), 'the end of the repair', 120_000);
    const [operation] = await operations();
    assert.equal(operation.state, 'recovered', JSON.stringify(operation));
    assert.match(await image('payment'), /payment:v41$/);
    const step = operation.steps.find(({ state }) => state === 'good');
    assert.ok(new Date(step.started) - begun < 30_000, `the first step began ${new Date(step.started) - begun} ms after the alarm`);
    const { body } = await api('/alerts?state=firing');
    assert.equal(body.alerts.find(({ subject }) => subject.name === 'payment').handling, 'solved');
  });

  test('it is told: by the greeting, when asked, with its score, in the history', async () => {
    assert.match((await world.tool('rollback_history')).speech, /payment/);
    const explained = await world.tool('explain_alert', { alert: 'payment', part: 'score' });
    assert.match(explained.speech, /分/);
    assert.ok(explained.data, JSON.stringify(explained));
    assert.match((await world.tool('rollback_status', { service: 'payment' })).speech, /回滚|恢复/);
  });

  test('what was done stands in the audit log, whose chain holds', async () => {
    assert.match(run(world.home, ['audit', 'verify', '--config', world.file]), /\d/);
    const rows = run(world.home, ['audit', 'list', '--config', world.file]);
    assert.match(rows, /system/);
    assert.match(rows, /roll_back/);
  });

  test('the way back is a checkpoint, which is put back after a spoken code', async () => {
    const listed = await world.tool('list_checkpoints', { service: 'payment' });
    assert.match(listed.speech, /payment/);
    const planned = await world.tool('restore_checkpoint', { service: 'payment' });
    assert.ok(codeIn(planned.speech), planned.speech);
    const dropped = await world.tool('cancel_plan');
    assert.equal(dropped.failed, false, dropped.speech);
    assert.match(await image('payment'), /payment:v41$/);
  });

  test('a person may take note of an alert, put it off, and say that it was none', async () => {
    const seen = await world.tool('update_alert', { alert: 'cart', change: 'acknowledge' });
    assert.equal(seen.failed, false, seen.speech);
    assert.equal((await api('/alerts/1/acknowledge', 'reader', { method: 'POST', body: '{}' })).status, 403);
    const false_alarm = await world.tool('update_alert', { alert: 'cart', change: 'false_alarm' });
    assert.equal(false_alarm.failed, false, false_alarm.speech);
    const { body } = await api('/alerts?handling=false_alarm');
    assert.equal(body.alerts.length, 1);
  });

  test('a silenced service is neither told nor touched', async () => {
    const silenced = await world.tool('silence_alerts', { service: 'gateway', namespace: 'shop-prod', duration: '两小时' });
    assert.equal(silenced.failed, false, silenced.speech);
    assert.match(silenced.speech, /gateway/);
    await hook(`monitor/${keys.good}`, alarm('gateway'));
    const { body } = await api('/alerts?handling=quiet');
    assert.equal(body.alerts.length, 1);
    assert.equal((await operations()).length, 1);
  });

  test('a person has a service rolled back by name, and hears when it is done', async () => {
    const planned = await world.tool('start_rollback', { service: 'cart', namespace: 'shop-prod', to_version: 'v5' });
    const code = codeIn(planned.speech);
    assert.ok(code, planned.speech);
    const done = await world.tool('confirm_plan', { code });
    assert.equal(done.failed, false, done.speech);
    await until(async () => /cart:v5$/.test(await image('cart')), 'the older version', 30_000);
  });

  test('whoever listens reaches each action of both families, and hears what is fit for the ear', async () => {
    const families = (await world.tools('zhangsan', 'voice')).filter(({ name }) => ['alerts', 'rollback'].includes(name));
    const asked = {
      alerts: { list: {}, explain: { alert: 'payment' }, update: { alert: 'payment', change: 'acknowledge' }, silence: { mode: 'list' } },
      rollback: { handle: { alert: 'payment' }, start: { service: 'gateway', namespace: 'shop-prod' }, status: {}, stop: {}, history: {}, checkpoints: {}, compare: { service: 'payment' }, restore: { service: 'payment' } },
    };
    for (const { name, inputSchema } of families) {
      assert.deepEqual(inputSchema.properties.action.enum.toSorted(), Object.keys(asked[name]).toSorted());
      for (const as of ['zhangsan', 'john']) {
        for (const [action, args] of Object.entries(asked[name])) {
          const heard = await world.tool(name, { action, ...args }, { as, profile: 'voice' });
          assertHeard(heard, world, as === 'john' ? 'en' : 'zh');
        }
      }
    }
  });
}, { sections, repairs: true });
