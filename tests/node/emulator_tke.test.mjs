// The official SDK judges the stand-in's Kubernetes service: clusters, node pools over time, access.
// usage: MTC_BINARY=…/mcp-tencent-cloud node --test emulator_tke.test.mjs
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { StandIn, refused } from './stand_in.mjs';

let cloud, tke, tke2022, cluster;
before(async () => {
  cloud = await StandIn.start('--clusters-per-region', '10');
  tke = cloud.client('tke', 'v20180525');
  tke2022 = cloud.client('tke', 'v20220501');
  cluster = (await tke.DescribeClusters({ Limit: 1 })).Clusters[0];
});
beforeEach(() => cloud.control('faults', {}));
after(() => cloud?.stop());

const pools = async () => (await tke.DescribeClusterNodePools({ ClusterId: cluster.ClusterId })).NodePoolSet;
const settings = { DesiredPodNumber: 0, GPUArgs: { MIGEnable: false }, PreStartUserScript: '', Taints: [] };
const group = (more) => JSON.stringify({
  MaxSize: 6, MinSize: 1, DesiredCapacity: 2, VpcId: cluster.ClusterNetworkSettings.VpcId, SubnetIds: ['subnet-0a1b2c3d'], RetryPolicy: 'IMMEDIATE_RETRY', ...more });
const launch = (more) => JSON.stringify({ InstanceType: 'SA5.LARGE8', SystemDisk: { DiskType: 'CLOUD_BSSD', DiskSize: 50 }, LoginSettings: { KeyIds: ['skey-0a1b2c3d'] }, ...more });
const newPool = (more = {}) => tke.CreateClusterNodePool({
  ClusterId: cluster.ClusterId, Name: 'night-pool', EnableAutoscale: true, AutoScalingGroupPara: group(), LaunchConfigurePara: launch(), InstanceAdvancedSettings: settings, ...more });

test('lists clusters of a region, filtered and paged', async () => {
  const all = await tke.DescribeClusters({ Limit: 3, Offset: 8 });
  assert.equal(all.TotalCount, 10);
  assert.equal(all.Clusters.length, 2);
  const one = all.Clusters[0];
  assert.match(one.ClusterId, /^cls-[0-9a-z]{8}$/);
  assert.deepEqual([one.ClusterName, one.ClusterStatus, one.ClusterType, one.ContainerRuntime], ['ap-guangzhou-9', 'Running', 'MANAGED_CLUSTER', 'containerd']);
  assert.match(one.CreatedTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.equal((await tke.DescribeClusters({ ClusterIds: [one.ClusterId, 'cls-none'] })).TotalCount, 1);
  const find = async (Name, ...Values) => (await tke.DescribeClusters({ Filters: [{ Name, Values }] })).TotalCount;
  assert.equal(await find('ClusterName', 'ap-guangzhou-1'), 2);  // -1 and -10
  assert.equal(await find('vpc-id', one.ClusterNetworkSettings.VpcId), 1);
  assert.equal(await find('ClusterStatus', 'Abnormal', 'Running'), 10);
  assert.equal(await find('tag-key', 'none'), 0);
  assert.equal((await tke.DescribeClusters({ ClusterType: 'INDEPENDENT_CLUSTER' })).TotalCount, 0);
  assert.equal((await tke2022.DescribeClusters({})).TotalCount, 10);
  assert.equal((await cloud.client('tke', 'v20180525', 'ap-beijing').DescribeClusters({ Filters: [{ Name: 'ClusterName', Values: ['beijing'] }] })).TotalCount, 10);
  await refused('InvalidParameter.Param', tke.DescribeClusters({ Limit: 101 }));
  await refused('InvalidParameter.Param', find('nonsense', 'x'));
});

test('tells the state of clusters and their levels', async () => {
  const { ClusterStatusSet: [state], TotalCount } = await tke.DescribeClusterStatus({ ClusterIds: [cluster.ClusterId] });
  assert.equal(TotalCount, 1);
  assert.deepEqual([state.ClusterState, state.ClusterInstanceState, state.ClusterRunningNodeNum], ['Running', 'AllNormal', cluster.ClusterNodeNum]);
  const levels = await tke.DescribeClusterLevelAttribute({});
  assert.equal(levels.Items.length, levels.TotalCount);
  assert.equal(levels.Items[0].Name, 'L5');
});

test('lists nodes in both versions', async () => {
  const old = await tke.DescribeClusterInstances({ ClusterId: cluster.ClusterId });
  assert.equal(old.TotalCount, cluster.ClusterNodeNum);
  assert.deepEqual(new Set(old.InstanceSet.map((one) => one.InstanceState)), new Set(['running']));
  const regular = old.InstanceSet.find((one) => one.InstanceId.startsWith('ins-'));
  assert.equal((await tke.DescribeClusterInstances({ ClusterId: cluster.ClusterId, InstanceIds: [regular.InstanceId] })).TotalCount, 1);
  assert.ok((await tke.DescribeClusterInstances({ ClusterId: cluster.ClusterId, Filters: [{ Name: 'nodepool-id', Values: [regular.NodePoolId] }] })).TotalCount < old.TotalCount);
  assert.equal((await tke.DescribeClusterInstances({ ClusterId: cluster.ClusterId, InstanceRole: 'MASTER' })).TotalCount, 0);
  const native = await tke2022.DescribeClusterInstances({ ClusterId: cluster.ClusterId, Filters: [{ Name: 'InstanceType', Values: ['Native'] }] });
  assert.equal(native.TotalCount, 1);
  assert.equal(native.InstanceSet[0].NodeType, 'Native');
  assert.equal(native.InstanceSet[0].Native.InstanceType, 'SA5.MEDIUM4');
  assert.equal(native.InstanceSet[0].Regular, null);
  const machines = await tke2022.DescribeClusterMachines({ ClusterId: cluster.ClusterId });
  assert.deepEqual(machines.Machines.map((one) => [one.MachineName, one.MachineState, one.CPU]), [[native.InstanceSet[0].InstanceId, 'Running', 2]]);
  await refused('ResourceNotFound.ClusterNotFound', tke.DescribeClusterInstances({ ClusterId: 'cls-none' }));
});

test('a regular pool lives: created, scaled, changed, emptied, deleted', async () => {
  const { NodePoolId: id } = await newPool({ Labels: [{ Name: 'app', Value: 'night' }], Tags: [{ Key: 'team', Value: 'ops' }] });
  assert.match(id, /^np-[0-9a-z]{8}$/);
  const detail = async () => (await tke.DescribeClusterNodePoolDetail({ ClusterId: cluster.ClusterId, NodePoolId: id })).NodePool;
  assert.deepEqual([(await detail()).LifeState, (await detail()).NodeCountSummary.AutoscalingAdded.Joining], ['creating', 2]);
  const capacity = (DesiredCapacity) => tke.ModifyNodePoolDesiredCapacityAboutAsg({ ClusterId: cluster.ClusterId, NodePoolId: id, DesiredCapacity });
  await refused('ResourceUnavailable.NodePoolStateNotNormal', capacity(3));
  await cloud.advance(60);
  let pool = await detail();
  assert.deepEqual([pool.LifeState, pool.DesiredNodesNum, pool.MinNodesNum, pool.MaxNodesNum], ['normal', 2, 1, 6]);
  assert.deepEqual(pool.NodeCountSummary.AutoscalingAdded, { Joining: 0, Initializing: 0, Normal: 2, Total: 2 });
  assert.deepEqual(pool.Labels, [{ Name: 'app', Value: 'night' }]);
  assert.match(pool.AutoscalingGroupId, /^asg-/);
  const filtered = await tke.DescribeClusterNodePools({ ClusterId: cluster.ClusterId, Filters: [{ Name: 'tag:team', Values: ['ops'] }, { Name: 'NodePoolsName', Values: ['night'] }] });
  assert.deepEqual([filtered.TotalCount, filtered.NodePoolSet[0].NodePoolId], [1, id]);

  await capacity(4);
  await cloud.advance(4);
  pool = await detail();
  assert.equal(pool.DesiredNodesNum, 4);
  assert.equal(pool.NodeCountSummary.AutoscalingAdded.Total, 4);
  assert.ok(pool.NodeCountSummary.AutoscalingAdded.Normal < 4, 'nodes need their time');
  await cloud.advance(60);
  assert.equal((await detail()).NodeCountSummary.AutoscalingAdded.Normal, 4);
  await refused('InvalidParameter.Param', capacity(7));
  await refused('InvalidParameter.Param', capacity(0));

  await tke.ModifyClusterNodePool({ ClusterId: cluster.ClusterId, NodePoolId: id, Name: 'renamed', MaxNodesNum: 8, MinNodesNum: 0, EnableAutoscale: false, Taints: [{ Key: 'only', Value: 'night', Effect: 'NoSchedule' }], DeletionProtection: true });
  pool = await detail();
  assert.deepEqual([pool.Name, pool.MaxNodesNum, pool.MinNodesNum, pool.DesiredNodesNum, pool.AutoscalingGroupStatus], ['renamed', 8, 0, 4, 'disabled']);
  await refused('InvalidParameter.Param', tke.ModifyClusterNodePool({ ClusterId: cluster.ClusterId, NodePoolId: id, Taints: [{ Key: 'a', Effect: 'Never' }] }));
  await refused('InvalidParameter.Param', tke.ModifyClusterNodePool({ ClusterId: cluster.ClusterId, NodePoolId: id, MaxNodesNum: 3 }));

  const nodes = (await tke.DescribeClusterInstances({ ClusterId: cluster.ClusterId, Filters: [{ Name: 'nodepool-id', Values: [id] }] })).InstanceSet;
  await tke.RemoveNodeFromNodePool({ ClusterId: cluster.ClusterId, NodePoolId: id, InstanceIds: [nodes[0].InstanceId] });
  assert.equal((await detail()).DesiredNodesNum, 3);
  const [free] = (await tke.DescribeClusterInstances({ ClusterId: cluster.ClusterId, InstanceIds: [nodes[0].InstanceId] })).InstanceSet;
  assert.equal(free.NodePoolId, '');
  await refused('InvalidParameter.ResourceNotFound', tke.RemoveNodeFromNodePool({ ClusterId: cluster.ClusterId, NodePoolId: id, InstanceIds: [nodes[0].InstanceId] }));

  const remove = () => tke.DeleteClusterNodePool({ ClusterId: cluster.ClusterId, NodePoolIds: [id], KeepInstance: false });
  await refused('FailedOperation.OperationForbidden', remove());
  await tke.ModifyClusterNodePool({ ClusterId: cluster.ClusterId, NodePoolId: id, DeletionProtection: false });
  await remove();
  assert.equal((await detail()).LifeState, 'deleting');
  await cloud.advance(10);
  await refused('InvalidParameter.ResourceNotFound', detail());
  assert.ok(!(await pools()).some((one) => one.NodePoolId === id));
});

test('checks the two JSON texts of a new pool', async () => {
  await refused('InvalidParameter.Param', newPool({ AutoScalingGroupPara: '{' }));
  await refused('InvalidParameter.Param', newPool({ AutoScalingGroupPara: '[]' }));
  await refused('InvalidParameter.Param', newPool({ AutoScalingGroupPara: group({ MaxSize: '6' }) }));
  await refused('InvalidParameter.Param', newPool({ AutoScalingGroupPara: group({ DesiredCapacity: 9 }) }));
  await refused('FailedOperation.CvmVpcidNotMatch', newPool({ AutoScalingGroupPara: group({ VpcId: 'vpc-other' }) }));
  await refused('InvalidParameter.SubnetInvalidError', newPool({ AutoScalingGroupPara: group({ SubnetIds: [1] }) }));
  await refused('InvalidParameter.Param', newPool({ LaunchConfigurePara: launch({ InstanceType: 'HUGE' }) }));
  await refused('InvalidParameter.Param', newPool({ LaunchConfigurePara: launch({ SystemDisk: { DiskSize: 5 } }) }));
  await refused('LimitExceeded.QuotaMaxNodLimit', newPool({ AutoScalingGroupPara: group({ MaxSize: 1000, DesiredCapacity: 900 }) }));
  await refused('MissingParameter', newPool({ InstanceAdvancedSettings: { DesiredPodNumber: 0 } }));
  await refused('UnknownParameter', newPool({ InstanceAdvancedSettings: { ...settings, Nonsense: 1 } }));
  await refused('InvalidParameter', newPool({ Labels: [null] }));
});

test('a native pool lives', async () => {
  const native = { Scaling: { MinReplicas: 0, MaxReplicas: 5, CreatePolicy: 'ZoneEquality' }, SubnetIds: ['subnet-0a1b2c3d'], InstanceChargeType: 'POSTPAID_BY_HOUR', SystemDisk: { DiskType: 'CLOUD_PREMIUM', DiskSize: 50 }, InstanceTypes: ['SA5.MEDIUM4'], Replicas: 1, EnableAutoscaling: true };
  const create = (more) => tke2022.CreateNodePool({ ClusterId: cluster.ClusterId, Name: 'machines', Type: 'Native', Native: native, ...more });
  const { NodePoolId: id } = await create();
  const show = async () => (await tke2022.DescribeNodePools({ ClusterId: cluster.ClusterId, Filters: [{ Name: 'NodePoolsId', Values: [id] }] })).NodePools?.[0];
  await cloud.advance(60);
  let pool = await show();
  assert.deepEqual([pool.Type, pool.LifeState, pool.Native.Replicas, pool.Native.ReadyReplicas, pool.Native.Scaling.MaxReplicas], ['Native', 'normal', 1, 1, 5]);
  await tke2022.ScaleNodePool({ ClusterId: cluster.ClusterId, NodePoolId: id, Replicas: 3 });
  pool = await show();
  assert.deepEqual([pool.Native.Replicas, pool.Native.ReadyReplicas], [3, 1]);
  await cloud.advance(60);
  assert.equal((await show()).Native.ReadyReplicas, 3);
  assert.equal((await tke2022.DescribeClusterMachines({ ClusterId: cluster.ClusterId, Filters: [{ Name: 'NodePoolsId', Values: [id] }] })).TotalCount, 3);
  await refused('InvalidParameter.Param', tke2022.ScaleNodePool({ ClusterId: cluster.ClusterId, NodePoolId: id, Replicas: 9 }));
  await tke2022.ModifyNodePool({ ClusterId: cluster.ClusterId, NodePoolId: id, Name: 'other', Unschedulable: true, Native: { Replicas: 2, Scaling: { MaxReplicas: 4 } } });
  pool = await show();
  assert.deepEqual([pool.Name, pool.Unschedulable, pool.Native.Replicas, pool.Native.Scaling.MaxReplicas, pool.Native.Scaling.MinReplicas], ['other', true, 2, 4, 0]);
  await tke2022.DeleteNodePool({ ClusterId: cluster.ClusterId, NodePoolId: id });
  await refused('ResourceUnavailable.NodePoolStateNotNormal', tke2022.ScaleNodePool({ ClusterId: cluster.ClusterId, NodePoolId: id, Replicas: 1 }));
  await cloud.advance(10);
  assert.equal(await show(), undefined);
  await refused('InvalidParameter.Param', create({ Type: 'Regular' }));
  await refused('InvalidParameter.Param', create({ Native: { ...native, InstanceTypes: ['?'] } }));
  const { Native, ...without } = { ClusterId: cluster.ClusterId, Name: 'x', Type: 'Native', Native: native };
  await refused('MissingParameter', tke2022.CreateNodePool(without));
  const both = await tke2022.DescribeNodePools({ ClusterId: cluster.ClusterId });
  assert.deepEqual(both.NodePools.map((one) => one.Type).sort(), ['Native', 'Regular']);
  const regular = both.NodePools.find((one) => one.Type === 'Regular');
  assert.equal(regular.Regular.NodeCountSummary.AutoscalingAdded.Total, regular.Regular.DesiredNodesNum);
  await refused('InvalidParameter.Param', tke2022.ScaleNodePool({ ClusterId: cluster.ClusterId, NodePoolId: regular.NodePoolId, Replicas: 1 }));
});

test('shows the way to the cluster', async () => {
  const [open, closed] = (await tke.DescribeClusters({ Limit: 2 })).Clusters;
  const status = async (ClusterId, IsExtranet) => (await tke.DescribeClusterEndpointStatus({ ClusterId, IsExtranet })).Status;
  assert.equal(await status(open.ClusterId, true), 'Created');
  assert.equal(await status(closed.ClusterId, true), 'NotFound');
  const ends = await tke.DescribeClusterEndpoints({ ClusterId: open.ClusterId });
  assert.match(ends.ClusterExternalEndpoint, /^203\.0\.113\.\d+$/);
  assert.equal((await tke.DescribeClusterEndpoints({ ClusterId: closed.ClusterId })).ClusterExternalEndpoint, '');
  const { Kubeconfig } = await tke.DescribeClusterKubeconfig({ ClusterId: closed.ClusterId, IsExtranet: true });
  assert.ok(Kubeconfig.includes(`server: https://${closed.ClusterId}.ccs.tencent-cloud.com`));
  assert.match(Kubeconfig, /client-certificate-data: [A-Za-z0-9+/=]+\n/);
  await tke.CreateClusterEndpoint({ ClusterId: closed.ClusterId, IsExtranet: true });
  assert.equal(await status(closed.ClusterId, true), 'Creating');
  await cloud.advance(10);
  assert.equal(await status(closed.ClusterId, true), 'Created');
  await refused('UnsupportedOperation.AlreadyEnabled', tke.CreateClusterEndpoint({ ClusterId: closed.ClusterId, IsExtranet: true }));
  await tke.DeleteClusterEndpoint({ ClusterId: closed.ClusterId, IsExtranet: true });
  assert.equal(await status(closed.ClusterId, true), 'NotFound');
  assert.deepEqual((await tke.UpdateClusterKubeconfig({ ClusterId: open.ClusterId, SubAccounts: ['100000000002'] })).UpdatedSubAccounts, ['100000000002']);
  const security = await tke.DescribeClusterSecurity({ ClusterId: open.ClusterId });
  assert.ok(security.Kubeconfig.startsWith('apiVersion: v1'));
  assert.equal(security.Domain, `${open.ClusterId}.ccs.tencent-cloud.com`);
});

test('faults hit one region only', async () => {
  const shanghai = cloud.client('tke', 'v20180525', 'ap-shanghai');
  await cloud.control('faults', { action: 'DescribeClusters', regions: ['ap-shanghai'], errors: 1, error_code: 'InternalError' });
  assert.equal((await tke.DescribeClusters({})).TotalCount, 10);
  await refused('InternalError', shanghai.DescribeClusters({}));
  assert.equal((await shanghai.DescribeClusters({})).TotalCount, 10);
  await cloud.control('faults', { regions: 'ap-shanghai' }, 400);
});

test('control calls of any shape do no harm', async () => {
  for (const body of ['{', '[]', '{"seconds":"1"}', '{"seconds":-5}', '{"seconds":1e30}', '{"nonsense":1}', '{}']) await cloud.control('advance', body, 400);
  await cloud.control('nonsense', {}, 404);
  assert.equal((await tke.DescribeClusters({})).TotalCount, 10);
});
