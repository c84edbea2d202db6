// The official SDK judges the stand-in's monitor: metric values, alarm histories, policies, notices.
// usage: MTC_BINARY=…/mcp-tencent-cloud node --test emulator_monitor.test.mjs
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { StandIn, refused } from './stand_in.mjs';

let cloud, monitor, cluster, nodes;
const Module = 'monitor';
before(async () => {
  cloud = await StandIn.start('--demo-night', '--lines-per-day', '2000', '--days-before', '0');
  monitor = cloud.client('monitor', 'v20180724');
  const tke = cloud.client('tke', 'v20180525');
  cluster = (await tke.DescribeClusters({ Filters: [{ Name: 'ClusterName', Values: ['广州生产'] }] })).Clusters[0].ClusterId;
  nodes = (await tke.DescribeClusterInstances({ ClusterId: cluster })).InstanceSet;
});
beforeEach(() => cloud.control('faults', {}));
after(() => cloud?.stop());

// ISO text in UTC+8
const iso = (time) => new Date(time + 8 * 3600_000).toISOString().slice(0, 19) + '+08:00';
const hourAgo = () => ({ StartTime: iso(Date.now() - 3600_000), EndTime: iso(Date.now()) });
const machine = (more = {}) => monitor.GetMonitorData({ Namespace: 'QCE/CVM', MetricName: 'CPUUsage', Period: 60, Instances: [{ Dimensions: [{ Name: 'InstanceId', Value: nodes[0].InstanceId }] }], ...hourAgo(), ...more });
const inCluster = (...more) => [{ Key: 'tke_cluster_instance_id', Operator: '=', Value: [cluster] }, ...more];
const statistic = (more = {}) => monitor.DescribeStatisticData({ Module, Namespace: 'QCE/TKE2', MetricNames: ['K8sNodeCpuUsage', 'K8sNodeMemUsage'], Conditions: inCluster(), Period: 60, GroupBys: ['node'], ...hourAgo(), ...more });

test('gives machine metrics', async () => {
  const data = await machine({ SpecifyStatistics: 3 });
  const [points] = data.DataPoints;
  assert.equal(data.MetricName, 'CPUUsage');
  assert.ok(points.Values.length >= 59 && points.Values.length === points.Timestamps.length);
  assert.deepEqual([points.AvgValues.length, points.MaxValues.length, points.MinValues?.length ?? 0], [points.Values.length, points.Values.length, 0]);
  assert.ok(points.Timestamps.every((time) => time % 60 === 0));
  assert.match(data.StartTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:00\+08:00$/);
  const none = await machine({ Instances: [{ Dimensions: [{ Name: 'InstanceId', Value: 'ins-none' }] }] });
  assert.deepEqual(none.DataPoints[0].Values, []);
  await refused('InvalidParameterValue', machine({ MetricName: 'Nonsense' }));
  await refused('InvalidParameterValue', machine({ Period: 61 }));
  await refused('InvalidParameterValue', machine({ Instances: [] }));
  await refused('InvalidParameterValue', machine({ StartTime: 'today' }));
  await refused('LimitExceeded', machine({ Period: 10, StartTime: iso(Date.now() - 86400_000) }));
  await refused('InvalidParameterValue', monitor.GetMonitorData({ Namespace: 'QCE/TKE2', MetricName: 'K8sNodeCpuUsage', Instances: [{ Dimensions: [{ Name: 'node', Value: 'x' }] }] }));
});

test('gives container metrics', async () => {
  const data = await statistic();
  assert.match(data.StartTime, /^\d{4}-\d\d-\d\d \d\d:\d\d:00$/);
  assert.deepEqual(data.Data.map((one) => one.MetricName), ['K8sNodeCpuUsage', 'K8sNodeMemUsage']);
  const points = data.Data[0].Points;
  assert.deepEqual(new Set(points.map((one) => one.Dimensions[0].Value)), new Set(nodes.map((one) => one.LanIP)));
  assert.ok(points.every((one) => one.Values.every((value) => value.Value > 0 && value.Value <= 100)));
  const workloads = await statistic({ MetricNames: ['K8sWorkloadCpuCoreUsed'], GroupBys: ['workload_name'] });
  assert.ok(workloads.Data[0].Points.some((one) => one.Dimensions[0].Value === 'payment'));
  const pods = await statistic({ MetricNames: ['K8sPodMemUsageBytes'], GroupBys: ['pod_name'], Conditions: inCluster({ Key: 'workload_name', Operator: '=', Value: ['payment'] }) });
  assert.equal(pods.Data[0].Points.length, 3);
  const whole = await statistic({ MetricNames: ['K8sClusterNodeTotal'], GroupBys: [] });
  assert.equal(whole.Data[0].Points[0].Values.at(-1).Value, 5);
  const none = await statistic({ Conditions: [{ Key: 'tke_cluster_instance_id', Operator: 'in', Value: ['cls-none'] }] });
  assert.equal(none.Data[0].Points?.length ?? 0, 0);
  await refused('InvalidParameterValue', statistic({ Conditions: [] }));
  await refused('InvalidParameterValue', statistic({ MetricNames: ['K8sPodMemUsageBytes'], GroupBys: ['pod_name'] }));
  await refused('InvalidParameterValue', statistic({ StartTime: iso(Date.now() - 86400_000) }));
  await refused('InvalidParameterValue', statistic({ Module: 'other' }));
  const { MetricSet } = await monitor.DescribeBaseMetrics({ Namespace: 'QCE/TKE2', MetricName: 'K8sNodeCpuUsage' });
  assert.deepEqual([MetricSet.length, MetricSet[0].Unit, MetricSet[0].Meaning.Zh], [1, '%', '节点CPU利用率']);
});

test('lets a disk grow', async () => {
  const now = Math.floor(Date.now() / 60_000) * 60_000;
  await cloud.control('scenarios', { object: nodes[2].InstanceId, metric: 'CvmDiskUsage', from_ms: now - 1800_000, to_ms: now, from_value: 70, to_value: 95 });
  const data = await machine({ MetricName: 'CvmDiskUsage', Instances: [{ Dimensions: [{ Name: 'InstanceId', Value: nodes[2].InstanceId }] }], StartTime: iso(now - 1800_000), EndTime: iso(now) });
  const { Values } = data.DataPoints[0];
  assert.deepEqual([Values[0], Values.at(-1)], [70, 95]);
  assert.ok(Values.every((value, i) => i === 0 || value > Values[i - 1]));
  await cloud.control('scenarios', { object: 1 }, 400);
});

test('tells what alarmed', async () => {
  const now = Math.floor(Date.now() / 1000);
  await cloud.control('alarms', [
    { PolicyName: 'SDK 告警', PolicyId: 'policy-sdk', Namespace: 'cvm_device', AlarmObject: 'ins-0a1b2c3d(pay-1)', Content: 'CPU利用率 > 90%', FirstOccurTime: now - 600, AlarmStatus: 'ALARM', AlarmLevel: 'Serious', MetricsInfo: [{ QceNamespace: 'qce/cvm', MetricName: 'CpuUsage', Period: 60, Value: '97.3', Description: 'CPU利用率' }] },
    { PolicyName: 'sdk old', FirstOccurTime: now - 3 * 86400, AlarmStatus: 'OK' }]);
  const list = (more = {}) => monitor.DescribeAlarmHistories({ Module, ...more });
  const found = await list({ PolicyName: 'sdk' });
  assert.equal(found.TotalCount, 1);
  const [row] = found.Histories;
  assert.deepEqual([row.AlarmObject, row.AlarmStatus, row.AlarmLevel, row.MonitorType, row.MetricsInfo[0].Value, row.PolicyExists], ['ins-0a1b2c3d(pay-1)', 'ALARM', 'Serious', 'MT_QCE', '97.3', 1]);
  const both = await list({ PolicyName: 'sdk', StartTime: now - 4 * 86400, Order: 'ASC' });
  assert.deepEqual(both.Histories.map((one) => one.PolicyName), ['sdk old', 'SDK 告警']);
  const count = async (more) => (await list({ StartTime: now - 4 * 86400, PolicyName: 'sdk', ...more })).TotalCount;
  assert.deepEqual([await count({ AlarmStatus: ['OK'] }), await count({ AlarmLevels: ['Serious'] }), await count({ AlarmObject: 'pay-1' }), await count({ MetricNames: ['CpuUsage'] }), await count({ PolicyIds: ['none'] })], [1, 1, 1, 1, 0]);
  assert.equal(await count({ Namespaces: [{ MonitorType: 'MT_QCE', Namespace: 'cvm_device' }] }), 2);
  assert.equal((await list({ PolicyName: 'sdk', StartTime: now - 4 * 86400, PageNumber: 2, PageSize: 1 })).Histories.length, 1);
  await refused('InvalidParameterValue', list({ PageSize: 101 }));
  await refused('InvalidParameterValue', list({ Order: 'UP' }));
  await refused('MissingParameter', monitor.DescribeAlarmHistories({}));
  for (const body of ['{', '{"AlarmStatus":1}', '{"Nonsense":1}', '[7]']) await cloud.control('alarms', body, 400);
});

test('shows and switches policies', async () => {
  const all = await monitor.DescribeAlarmPolicies({ Module });
  assert.equal(all.TotalCount, 3);
  const { PolicyId } = all.Policies.find((one) => one.Namespace === 'k8s_node2');
  const show = async () => (await monitor.DescribeAlarmPolicy({ Module, PolicyId })).Policy;
  const before = await show();
  assert.deepEqual([before.Enable, before.Condition.Rules[0].MetricName, before.Notices[0].Name], [1, 'K8sNodeCpuUsage', '运维值班']);
  await monitor.ModifyAlarmPolicyStatus({ Module, PolicyId, Enable: 0 });
  assert.equal((await show()).Enable, 0);
  assert.equal((await monitor.DescribeAlarmPolicies({ Module, Enable: [0] })).TotalCount, 1);
  assert.equal((await monitor.DescribeAlarmPolicies({ Module, PolicyName: '重启' })).TotalCount, 1);
  await refused('InvalidParameterValue', monitor.ModifyAlarmPolicyStatus({ Module, PolicyId, Enable: 2 }));
  await refused('ResourceNotFound', monitor.DescribeAlarmPolicy({ Module, PolicyId: 'policy-none' }));
});

test('shows notice templates and namespaces', async () => {
  const list = (more = {}) => monitor.DescribeAlarmNotices({ Module, PageNumber: 1, PageSize: 20, Order: 'DESC', ...more });
  const all = await list();
  assert.deepEqual(all.Notices.map((one) => one.Name), ['运维值班', '回调机器人']);
  assert.equal(all.Notices[0].PolicyIds.length, 3);
  assert.equal((await list({ Name: '机器人' })).TotalCount, 1);
  assert.equal((await list({ ReceiverType: 'USER' })).TotalCount, 1);
  const { Notice } = await monitor.DescribeAlarmNotice({ Module, NoticeId: all.Notices[0].Id });
  assert.deepEqual(Notice.UserNotices[0].NoticeWay, ['SMS', 'WECHAT', 'CALL']);
  const names = await monitor.DescribeAllNamespaces({ Module, SceneType: 'ST_ALARM' });
  assert.ok(names.QceNamespacesNew.some((one) => one.Id === 'k8s_pod2'));
  await refused('InvalidParameterValue', list({ PageSize: 201 }));
});

test('answers from any region, and from none', async () => {
  for (const region of ['ap-beijing', '']) assert.equal((await cloud.client('monitor', 'v20180724', region).DescribeAlarmPolicies({ Module })).TotalCount, 3);
});
