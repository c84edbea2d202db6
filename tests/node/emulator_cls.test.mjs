// The official SDK judges what the stand-in's log service manages: topics, alarms and their history, notices, silences,
// scheduled SQL, dashboards.
// usage: MTC_BINARY=…/mcp-tencent-cloud node --test emulator_cls.test.mjs
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { StandIn, refused } from './stand_in.mjs';

let cloud, cls, night, logsetId, topicId;
const region = 'ap-guangzhou';
before(async () => {
  cloud = await StandIn.start('--demo-night', '--lines-per-day', '20000', '--days-before', '1');
  cls = cloud.client('cls', 'v20201016');
  topicId = cloud.about.topics[0].id;
  ({ Topics: [{ LogsetId: logsetId }] } = await cls.DescribeTopics({ Filters: [{ Key: 'topicId', Values: [topicId] }] }));
  night = Date.now();
});
beforeEach(() => cloud.control('faults', {}));
after(() => cloud?.stop());

const target = (more = {}) => ({ TopicId: topicId, LogsetId: logsetId, Query: '* | select count(*) as cnt', Number: 1, StartTimeOffset: -5, EndTimeOffset: 0, SyntaxRule: 1, ...more });
const policy = (more = {}) => ({ Name: 'any lines', AlarmTargets: [target()], MonitorTime: { Type: 'Period', Time: 1 }, TriggerCount: 2, AlarmPeriod: 15, Condition: '$1.cnt > 0', AlarmLevel: 2, ...more });
const history = (more = {}) => cls.DescribeAlertRecordHistory({ From: night - 3600_000, To: Date.now() + 86400_000, Offset: 0, Limit: 20, ...more });

test('changes topics and logsets', async () => {
  const { LogsetId } = await cls.CreateLogset({ LogsetName: 'changing' });
  await cls.ModifyLogset({ LogsetId, LogsetName: 'changed', Tags: [{ Key: 'team', Value: 'ops' }] });
  const { Logsets: [set] } = await cls.DescribeLogsets({ Filters: [{ Key: 'logsetId', Values: [LogsetId] }] });
  assert.deepEqual([set.LogsetName, set.Tags], ['changed', [{ Key: 'team', Value: 'ops' }]]);
  const { TopicId } = await cls.CreateTopic({ LogsetId, TopicName: 'a', Period: 7, Describes: 'first' });
  await cls.CreateTopic({ LogsetId, TopicName: 'b' });
  await cls.ModifyTopic({ TopicId, Period: 30, Status: false });
  const { Topics: [topic] } = await cls.DescribeTopics({ Filters: [{ Key: 'topicId', Values: [TopicId] }] });
  assert.deepEqual([topic.TopicName, topic.Period, topic.Status, topic.Describes], ['a', 30, false, 'first']);
  await refused('InvalidParameter.TopicConflict', cls.ModifyTopic({ TopicId, TopicName: 'b' }));
  await refused('InvalidParameterValue', cls.ModifyTopic({ TopicId, Period: 4000 }));
  await refused('ResourceNotFound.TopicNotExist', cls.ModifyTopic({ TopicId: 'none', Period: 3 }));
  await refused('InvalidParameter.LogsetConflict', cls.ModifyLogset({ LogsetId, LogsetName: 'shop-prod' }));
});

test('an alarm policy lives', async () => {
  const { AlarmNoticeId } = await cls.CreateAlarmNotice({
    Name: 'on call', Type: 'All',
    NoticeReceivers: [{ ReceiverType: 'Uin', ReceiverIds: [100000000001], ReceiverChannels: ['Sms', 'WeChat'], StartTime: '00:00:00', EndTime: '23:59:59' }],
    WebCallbacks: [{ CallbackType: 'WeCom', Url: 'https://example.com/hook' }] });
  const { AlarmId } = await cls.CreateAlarm(policy({ AlarmNoticeIds: [AlarmNoticeId], Classifications: [{ Key: 'team', Value: '支付' }] }));
  const show = async () => (await cls.DescribeAlarms({ Filters: [{ Key: 'alarmId', Values: [AlarmId] }] })).Alarms?.[0];
  let alarm = await show();
  assert.deepEqual([alarm.Name, alarm.Status, alarm.AlarmLevel, alarm.AlarmNoticeIds], ['any lines', true, 2, [AlarmNoticeId]]);
  assert.deepEqual([alarm.AlarmTargets[0].TopicName, alarm.AlarmTargets[0].LogsetName, alarm.MonitorTime.Time], ['shop-app', 'shop-prod', 1]);
  assert.match(alarm.CreateTime, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);

  await cloud.advance(180);
  const fired = await history({ Filters: [{ Key: 'alertId', Values: [AlarmId] }] });
  assert.equal(fired.TotalCount, 1);
  const [record] = fired.Records;
  assert.deepEqual([record.AlarmName, record.Status, record.Trigger, record.AlarmLevel, record.Region, record.TopicId], ['any lines', 0, '$1.cnt > 0', 2, region, topicId]);
  assert.deepEqual(record.Notices, [{ Name: 'on call', AlarmNoticeId }]);
  assert.equal((await history({ Filters: [{ Key: 'status', Values: ['1'] }, { Key: 'alertId', Values: [AlarmId] }] })).TotalCount, 0);
  const log = await cls.GetAlarmLog({ From: night - 60_000, To: Date.now() + 3600_000, Query: `alert_id:"${AlarmId}"`, Limit: 100 });
  const runs = log.Results.map((one) => JSON.parse(one.LogJson));
  assert.ok(runs.length >= 3);
  assert.deepEqual(runs.at(-1).condition_evaluate_result, 'QueryResultMatch');
  assert.ok(runs.some((run) => run.record_id === record.RecordId && run.notification_send_result === 'SendSuccess'));
  const counted = await cls.GetAlarmLog({ From: night - 60_000, To: Date.now() + 3600_000, Query: `monitored_object:"${topicId}" | select condition_evaluate_result, count(*) as n group by condition_evaluate_result`, UseNewAnalysis: true });
  assert.ok(counted.Analysis);

  await refused('OperationDenied.NoticeHasAlarm', cls.DeleteAlarmNotice({ AlarmNoticeId }));
  await refused('FailedOperation.BindedAlarm', cls.DeleteTopic({ TopicId: topicId }));
  await cls.ModifyAlarm({ AlarmId, Status: false });
  alarm = await show();
  assert.deepEqual([alarm.Status, alarm.Condition], [false, '$1.cnt > 0']);
  assert.equal((await history({ Filters: [{ Key: 'alertId', Values: [AlarmId] }] })).Records[0].Status, 2);
  await cls.ModifyAlarm({ AlarmId, MultiConditions: [{ Condition: '$1.cnt > 10', AlarmLevel: 0 }], Name: 'renamed' });
  alarm = await show();
  assert.deepEqual([alarm.Name, alarm.Condition, alarm.MultiConditions], ['renamed', '', [{ Condition: '$1.cnt > 10', AlarmLevel: 0 }]]);
  const find = async (Key, ...Values) => (await cls.DescribeAlarms({ Filters: [{ Key, Values }] })).Alarms?.some((one) => one.AlarmId === AlarmId) ?? false;
  assert.deepEqual([await find('name', 'nam'), await find('topicId', topicId), await find('enable', 'false'), await find('enable', 'T')], [true, true, true, false]);
  await refused('InvalidParameter', find('enable', 'yes'));
  await cls.DeleteAlarm({ AlarmId });
  assert.equal(await show(), undefined);
  await refused('ResourceNotFound.AlarmNotExist', cls.DeleteAlarm({ AlarmId }));
  await refused('ResourceNotFound.AlarmNotExist', cls.ModifyAlarm({ AlarmId, Status: true }));
  await cls.DeleteAlarmNotice({ AlarmNoticeId });
});

test('refuses policies that cannot be', async () => {
  const bad = (code, more) => refused(code, cls.CreateAlarm(policy({ Name: 'bad', ...more })));
  await bad('InvalidParameterValue', { Name: 'a|b' });
  await bad('InvalidParameterValue', { TriggerCount: 0 });
  await bad('InvalidParameterValue', { AlarmPeriod: 1441 });
  await bad('InvalidParameterValue', { AlarmTargets: [] });
  await bad('InvalidParameterValue', { AlarmTargets: [target({ StartTimeOffset: -1441 })] });
  await bad('InvalidParameterValue', { AlarmTargets: [target({ EndTimeOffset: -6 })] });
  await bad('InvalidParameterValue', { AlarmTargets: [target({ Number: 2 })] });
  await bad('ResourceNotFound.TopicNotExist', { AlarmTargets: [target({ TopicId: 'none' })] });
  await bad('FailedOperation.SyntaxError', { AlarmTargets: [target({ Query: 'level:(' })] });
  await bad('FailedOperation.SyntaxError', { AlarmTargets: [target({ Query: '* | select' })] });
  await bad('FailedOperation.InvalidAlarm', { Condition: '$1.cnt' });
  await bad('FailedOperation.InvalidAlarm', { Condition: '$2.cnt > 1' });
  await bad('InvalidParameter', { MultiConditions: [{ Condition: '$1.cnt > 1' }] });
  await bad('FailedOperation.InvalidPeriod', { MonitorTime: { Type: 'Cron', CronExpression: '* * *' } });
  await bad('FailedOperation.InvalidPeriod', { MonitorTime: { Type: 'Period', Time: 0 } });
  await bad('ResourceNotFound.AlarmNoticeNotExist', { AlarmNoticeIds: ['notice-none'] });
  await bad('InvalidParameterValue', { Classifications: [{ Key: 'Team', Value: 'x' }] });
  await bad('InvalidParameter', { AlarmLevel: 'high' });
  const { AlarmId } = await cls.CreateAlarm(policy({ Name: 'taken' }));
  await refused('InvalidParameter.AlarmConflict', cls.CreateAlarm(policy({ Name: 'taken' })));
  await cls.DeleteAlarm({ AlarmId });
});

test('notice groups have two forms', async () => {
  const rule = JSON.stringify({ Value: 'AND', Type: 'Operation', Children: [{ Type: 'Condition', Value: 'Level', Children: [{ Type: 'Compare', Value: 'In' }, { Type: 'Value', Value: '[1,0]' }] }] });
  const callback = { CallbackType: 'Http', Url: 'https://example.com/', Method: 'POST' };
  const { AlarmNoticeId } = await cls.CreateAlarmNotice({ Name: 'advanced', NoticeRules: [{ Rule: rule, WebCallbacks: [callback], Escalate: true, Type: 1, Interval: 10, EscalateNotice: { NoticeReceivers: [], WebCallbacks: [callback] } }], Tags: [{ Key: 'a', Value: 'b' }] });
  const show = async (more) => (await cls.DescribeAlarmNotices({ Filters: [{ Key: 'alarmNoticeId', Values: [AlarmNoticeId] }], ...more })).AlarmNotices[0];
  assert.equal((await show()).NoticeRules[0].Rule, rule);
  await cls.ModifyAlarmNotice({ AlarmNoticeId, Type: 'Trigger', WebCallbacks: [callback] });
  assert.deepEqual([(await show()).Type, (await show()).NoticeRules ?? []], ['Trigger', []]);
  const bad = (code, more) => refused(code, cls.CreateAlarmNotice({ Name: 'bad', ...more }));
  await bad('InvalidParameter', { Type: 'All', NoticeRules: [{ Rule: rule }] });
  await bad('InvalidParameterValue', { Type: 'Sometimes' });
  await bad('InvalidParameterValue', { NoticeRules: [{ Rule: '{"Type":"Condition"}' }] });
  await bad('InvalidParameterValue', { Type: 'All', WebCallbacks: [{ ...callback, CallbackType: 'Fax' }] });
  await bad('InvalidParameterValue', { Type: 'All', WebCallbacks: [{ ...callback, Method: 'GET' }] });
  await bad('InvalidParameterValue', { Type: 'All', WebCallbacks: [{ ...callback, Url: 'https://example.com/' + 'x'.repeat(1100) }] });
  await bad('InvalidParameterValue', { Type: 'All', NoticeReceivers: [{ ReceiverType: 'Uin', ReceiverIds: [1], ReceiverChannels: ['Fax'], StartTime: '00:00:00', EndTime: '23:59:59' }] });
  await bad('InvalidParameter.AlarmNoticeConflict', { Name: 'advanced' });

  const now = Math.floor(Date.now() / 1000);
  const { TaskId } = await cls.CreateAlarmShield({ AlarmNoticeId, StartTime: now - 10, EndTime: now + 7200, Type: 1, Reason: '发布' });
  const shields = await cls.DescribeAlarmShields({ AlarmNoticeId, Filters: [{ Key: 'status', Values: ['1'] }] });
  assert.deepEqual([shields.TotalCount, shields.AlarmShields[0].TaskId, shields.AlarmShields[0].Reason, shields.AlarmShields[0].Status], [1, TaskId, '发布', 1]);
  assert.equal((await show({ HasAlarmShieldCount: true })).AlarmShieldCount.ValidCount, 1);
  await cls.ModifyAlarmShield({ TaskId, AlarmNoticeId, EndTime: now + 9000, Reason: '更久' });
  assert.equal((await cls.DescribeAlarmShields({ AlarmNoticeId })).AlarmShields[0].Reason, '更久');
  await refused('InvalidParameterValue', cls.CreateAlarmShield({ AlarmNoticeId, StartTime: now - 20, EndTime: now - 10, Type: 1, Reason: 'past' }));
  await refused('InvalidParameterValue', cls.CreateAlarmShield({ AlarmNoticeId, StartTime: Date.now(), EndTime: Date.now() + 1, Type: 1, Reason: 'ms' }));
  await refused('InvalidParameterValue', cls.CreateAlarmShield({ AlarmNoticeId, StartTime: now, EndTime: now + 9000, Type: 2, Reason: 'no rule' }));
  await refused('ResourceNotFound.AlarmNoticeNotExist', cls.DescribeAlarmShields({ AlarmNoticeId: 'none' }));
  await cls.DeleteAlarmShield({ TaskId, AlarmNoticeId });
  await refused('ResourceNotFound.RecordNotExist', cls.DeleteAlarmShield({ TaskId, AlarmNoticeId }));
  await cls.DeleteAlarmNotice({ AlarmNoticeId });
  await refused('ResourceNotFound.AlarmNoticeNotExist', cls.ModifyAlarmNotice({ AlarmNoticeId, Name: 'x' }));
});

test('scheduled SQL writes what it finds', async () => {
  const { TopicId } = await cls.CreateTopic({ LogsetId: logsetId, TopicName: 'per-minute' });
  await cls.CreateIndex({ TopicId, Rule: { KeyValue: { CaseSensitive: false, KeyValues: [{ Key: 'service', Value: { Type: 'text', SqlFlag: true } }, { Key: 'cnt', Value: { Type: 'long', SqlFlag: true } }] } } });
  const task = (more = {}) => ({
    SrcTopicId: topicId, Name: 'lines per service', EnableFlag: 1, DstResource: { TopicId, Region: region, BizType: 0 }, ScheduledSqlContent: '* | select service, count(*) as cnt group by service',
    ProcessStartTime: night - 3600_000, ProcessType: 1, ProcessPeriod: 30, ProcessTimeWindow: '@m-30m,@m', ProcessDelay: 60, SrcTopicRegion: region, SyntaxRule: 1, ...more });
  const { TaskId } = await cls.CreateScheduledSql(task());
  await cloud.advance(120);
  const sums = await cls.SearchLog({ TopicId, From: night - 3 * 3600_000, To: Date.now() + 3600_000, QueryString: 'service:payment | select sum(cnt) as lines, count(*) as windows', QuerySyntax: 1, UseNewAnalysis: true });
  const [row] = sums.AnalysisRecords.map((one) => JSON.parse(one));
  assert.ok(row.windows >= 2, JSON.stringify(row));
  assert.ok(row.lines > 0);
  const show = async () => (await cls.DescribeScheduledSqlInfo({ TaskId })).ScheduledSqlTaskInfos?.[0];
  let info = await show();
  assert.deepEqual([info.Status, info.SrcTopicName, info.ProcessPeriod, info.DstResource.TopicId], [1, 'shop-app', 30, TopicId]);
  assert.match(info.ProcessStartTime, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  assert.equal((await cls.DescribeScheduledSqlInfo({ Filters: [{ Key: 'dstTopicName', Values: ['per-'] }, { Key: 'status', Values: ['1'] }] })).TotalCount, 1);
  await cls.ModifyScheduledSql({ TaskId, EnableFlag: 2, ProcessPeriod: 60 });
  info = await show();
  assert.deepEqual([info.Status, info.EnableFlag, info.ProcessPeriod, info.Name], [2, 2, 60, 'lines per service']);
  const bad = (code, more) => refused(code, cls.CreateScheduledSql(task({ Name: 'bad', ...more })));
  await bad('FailedOperation.SyntaxError', { ScheduledSqlContent: 'level:ERROR' });
  await bad('InvalidParameterValue', { ProcessTimeWindow: 'an hour' });
  await bad('InvalidParameterValue', { ProcessPeriod: 0 });
  await bad('InvalidParameterValue', { ProcessDelay: 121 });
  await bad('InvalidParameterValue', { SrcTopicRegion: 'ap-beijing' });
  await bad('InvalidParameterValue', { DstResource: { TopicId: topicId } });
  await bad('ResourceNotFound.TopicNotExist', { DstResource: { TopicId: 'none' } });
  await bad('InvalidParameter.DataFromTaskConflict', { Name: 'lines per service' });
  await refused('ResourceNotFound.DataFromTaskNotExist', cls.DeleteScheduledSql({ TaskId, SrcTopicId: TopicId }));
  // A source without alarm policies, which would be named first.
  const back = await cls.CreateScheduledSql(task({ Name: 'back', SrcTopicId: TopicId, ScheduledSqlContent: '* | select count(*) as n', DstResource: { TopicId: topicId } }));
  await refused('OperationDenied.TopicHasScheduleSqlTask', cls.DeleteTopic({ TopicId }));
  await cls.DeleteScheduledSql({ TaskId: back.TaskId, SrcTopicId: TopicId });
  await cls.DeleteScheduledSql({ TaskId, SrcTopicId: topicId });
  assert.equal(await show(), undefined);
});

test('dashboards keep their data as it is', async () => {
  const Data = JSON.stringify({ panels: [{ title: '错误数', type: 'line', target: { TopicId: topicId, Query: 'level:ERROR | select count(*)' } }], time: ['now-h', 'now'], timezone: 'browser', subType: 'CLS_Host' }, null, 1);
  const { DashboardId } = await cls.CreateDashboard({ DashboardName: '支付', Data, Tags: [{ Key: 'team', Value: 'ops' }] });
  assert.match(DashboardId, /^dashboard-[0-9a-f-]{36}$/);
  const find = async (more) => (await cls.DescribeDashboards(more)).DashboardInfos?.find((one) => one.DashboardId === DashboardId);
  const found = await find({ Filters: [{ Key: 'dashboardName', Values: ['支'] }] });
  assert.deepEqual([found.Data, found.DashboardRegion, found.DashboardTopicInfos], [Data, region, [{ TopicId: topicId, Region: region }]]);
  assert.ok(await find({ TopicIdRegionFilter: [{ TopicId: topicId, RegionId: 1 }] }));
  assert.equal(await find({ TopicIdRegionFilter: [{ TopicId: topicId, RegionId: 4 }] }), undefined);
  assert.ok(await find({ Filters: [{ Key: 'tag:team', Values: ['ops'] }] }));
  await refused('InvalidParameter.DashboardNameConflict', cls.CreateDashboard({ DashboardName: '支付' }));
  await cls.ModifyDashboard({ DashboardId, Data: 'not even JSON' });
  const changed = await find({});
  assert.deepEqual([changed.Data, changed.DashboardName, changed.DashboardTopicInfos ?? []], ['not even JSON', '支付', []]);
  await cls.DeleteDashboard({ DashboardId });
  await refused('ResourceNotFound.DashboardRecordNotExist', cls.DeleteDashboard({ DashboardId }));
});
