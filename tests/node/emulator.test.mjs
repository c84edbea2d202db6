// The judge of the Tencent Cloud stand-in is not ours: the official SDK drives every emulated action, unchanged but for
// endpoint and protocol.
// usage: MTC_BINARY=…/mcp-tencent-cloud node --test emulator.test.mjs
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { after, before, beforeEach, test } from 'node:test';

const require = createRequire(import.meta.url);
const { cls } = require('tencentcloud-sdk-nodejs/tencentcloud/services/cls');
const { CommonClient } = require('tencentcloud-sdk-nodejs/tencentcloud/common/common_client');

const binary = process.env.MTC_BINARY;
const region = 'ap-guangzhou';
let emulator;   // the process
let about;      // what it printed
let endpoint;   // 127.0.0.1:PORT

async function startEmulator(...args) {
  const child = spawn(binary, ['emulate', '--listen', '127.0.0.1:0', '--json', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const failed = Promise.race([once(child, 'error').then(([error]) => { throw error; }), once(child, 'exit').then(([code]) => { throw new Error(`emulate ended with exit code ${code}`); })]);
  failed.catch(() => {});  // the exit after the tests is no failure
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), failed]);
  return { child, about: JSON.parse(line) };
}

function profile(extra = {}) {
  // node-fetch keeps its timer after a broken answer, and the process waits for it: hence not the SDK's minute.
  return { language: 'en-US', httpProfile: { endpoint, protocol: 'http://', reqTimeout: 10, ...extra } };
}
function client({ secretId = about.secret_id, secretKey = about.secret_key, where = region, extra } = {}) {
  return new cls.v20201016.Client({ credential: { secretId, secretKey }, region: where, profile: profile(extra) });
}
function generic(version = '2020-10-16', product = endpoint) {
  return new CommonClient(product, version, { credential: { secretId: about.secret_id, secretKey: about.secret_key }, region, profile: profile() });
}
async function control(path, body) {
  const answer = await fetch(`http://${endpoint}/_emulator/${path}`, body ? { method: 'POST', body: JSON.stringify(body) } : {});
  assert.equal(answer.status, 200);
  return answer.json();
}
async function refused(code, promise) {
  await assert.rejects(promise, (error) => {
    assert.equal(error.code, code, error.message);
    return true;
  });
}

// Protobuf by hand, so that no library stands between the test and the wire.
const varint = (n) => {
  const bytes = [];
  for (n = BigInt(n); n > 127n; n >>= 7n) bytes.push(Number(n & 127n) | 128);
  return Buffer.from([...bytes, Number(n)]);
};
const field = (number, bytes) => Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
const text = (number, value) => field(number, Buffer.from(value));
const log = (time, contents) =>
  field(1, Buffer.concat([varint(8), varint(time), ...Object.entries(contents).map(([k, v]) => field(2, Buffer.concat([text(1, k), text(2, v)])))]));
const group = (logs, { flow = '3F2A00C41B7701D2-1A', tags = {} } = {}) =>
  field(1, Buffer.concat([
    ...logs.map(([time, contents]) => log(time, contents)), text(2, flow), text(3, '/data/app.log'), text(4, '10.0.0.8'),
    ...Object.entries(tags).map(([k, v]) => field(5, Buffer.concat([text(1, k), text(2, v)]))), text(6, 'node-1')]));
// One raw LZ4 block of literals only.
function lz4(bytes) {
  let rest = bytes.length - 15;
  const head = [rest >= 0 ? 0xf0 : bytes.length << 4];
  for (; rest >= 255; rest -= 255) head.push(255);
  if (rest >= 0) head.push(rest);
  return Buffer.concat([Buffer.from(head), bytes]);
}
function upload(topicId, body, compress) {
  const headers = { 'X-CLS-TopicId': topicId, ...(compress && { 'X-CLS-CompressType': compress }) };
  return client({ extra: { headers } }).requestOctetStream('UploadLog', body);
}

const index = {
  FullText: { CaseSensitive: false, Tokenizer: '@&?|#()=\'",;:<>[]{}/ \n\t\r\\', ContainZH: true },
  KeyValue: {
    CaseSensitive: false,
    KeyValues: [
      { Key: 'level', Value: { Type: 'text', Tokenizer: '', SqlFlag: true, ContainZH: false } },
      { Key: 'service', Value: { Type: 'text', Tokenizer: '', SqlFlag: true, ContainZH: false } },
      { Key: 'number', Value: { Type: 'long', SqlFlag: true } },
      { Key: 'message', Value: { Type: 'text', Tokenizer: ' ,:', SqlFlag: true, ContainZH: true } },
    ],
  },
  Tag: { CaseSensitive: false, KeyValues: [{ Key: 'env', Value: { Type: 'text', Tokenizer: '', SqlFlag: true } }] },
};
const start = 1767225600000;  // 2026-01-01 08:00 UTC+8
let logsetId, topicId;
const search = (more = {}) => client().SearchLog({ TopicId: topicId, From: start, To: start + 3600_000, QueryString: '*', QuerySyntax: 1, ...more });

before(async () => {
  assert.ok(binary, 'MTC_BINARY names the program');
  ({ child: emulator, about } = await startEmulator());
  endpoint = new URL(about.url).host;
  logsetId = (await client().CreateLogset({ LogsetName: 'sdk', Tags: [{ Key: 'team', Value: 'ops' }] })).LogsetId;
  topicId = (await client().CreateTopic({ LogsetId: logsetId, TopicName: 'app', Period: 7 })).TopicId;
  await client().CreateIndex({ TopicId: topicId, Rule: index, Status: true, IncludeInternalFields: true, MetadataFlag: 1 });
  const logs = [];
  for (let i = 0; i < 2345; i++) {
    logs.push([start + i * 1000, { level: i % 10 === 0 ? 'ERROR' : 'INFO', service: i % 2 ? 'pay' : 'cart', number: String(i), message: i % 10 === 0 ? `支付超时 order ${i}` : `ok ${i}` }]);
  }
  await upload(topicId, group(logs, { tags: { env: 'prod' } }));
});
beforeEach(() => control('faults', {}));
after(async () => {
  emulator?.kill('SIGTERM');
  if (!emulator) return;
  const [code] = await once(emulator, 'exit');
  assert.equal(code, 0);
});

test('lists logsets and topics, filtered and paged', async () => {
  const sets = await client().DescribeLogsets({ Filters: [{ Key: 'logsetName', Values: ['sd'] }] });
  assert.equal(sets.TotalCount, 1);
  assert.equal(sets.Logsets[0].LogsetId, logsetId);
  assert.deepEqual(sets.Logsets[0].Tags, [{ Key: 'team', Value: 'ops' }]);
  assert.match(sets.Logsets[0].CreateTime, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  for (const name of ['app-2', 'app-3']) await client().CreateTopic({ LogsetId: logsetId, TopicName: name });
  const fuzzy = await client().DescribeTopics({ Filters: [{ Key: 'topicName', Values: ['app'] }], Limit: 2 });
  assert.equal(fuzzy.TotalCount, 3);
  assert.equal(fuzzy.Topics.length, 2);
  const exact = await client().DescribeTopics({ Filters: [{ Key: 'topicName', Values: ['app'] }], PreciseSearch: 1 });
  assert.deepEqual(exact.Topics.map((t) => [t.TopicId, t.Index, t.Period]), [[topicId, true, 7]]);
  const last = await client().DescribeTopics({ Filters: [{ Key: 'logsetId', Values: [logsetId] }], Offset: 2 });
  assert.equal(last.Topics[0].TopicName, 'app-3');
  const none = await client({ where: 'ap-shanghai' }).DescribeTopics({});
  assert.equal(none.TotalCount, 0);
  assert.ok(none.Topics === null || none.Topics.length === 0);
});

test('takes GET requests with flattened parameters', async () => {
  const byGet = client({ extra: { reqMethod: 'GET' } });
  const sets = await byGet.DescribeLogsets({ Filters: [{ Key: 'logsetName', Values: ['sdk'] }], Limit: 5 });
  assert.equal(sets.TotalCount, 1);
});

test('shows, changes and removes an index', async () => {
  const shown = await client().DescribeIndex({ TopicId: topicId });
  assert.deepEqual(shown.Rule.KeyValue, index.KeyValue);
  assert.equal(shown.MetadataFlag, 1);
  const topic = (await client().CreateTopic({ LogsetId: logsetId, TopicName: 'index' })).TopicId;
  await refused('ResourceNotFound.IndexNotExist', client().DescribeIndex({ TopicId: topic }));
  await refused('ResourceNotFound.IndexNotExist', search({ TopicId: topic }));
  await client().CreateIndex({ TopicId: topic, Rule: { FullText: index.FullText } });
  await refused('InvalidParameter.IndexConflict', client().CreateIndex({ TopicId: topic, Rule: index }));
  await client().ModifyIndex({ TopicId: topic, Rule: index });
  assert.equal((await client().DescribeIndex({ TopicId: topic })).Rule.KeyValue.KeyValues.length, 4);
  await client().DeleteIndex({ TopicId: topic });
  await refused('ResourceNotFound.IndexNotExist', client().DescribeIndex({ TopicId: topic }));
  await client().DeleteTopic({ TopicId: topic });
  await refused('ResourceNotFound.TopicNotExist', client().DescribeIndex({ TopicId: topic }));
});

test('removes a logset only when it is empty', async () => {
  const id = (await client().CreateLogset({ LogsetName: 'short-lived' })).LogsetId;
  await refused('InvalidParameter.LogsetConflict', client().CreateLogset({ LogsetName: 'short-lived' }));
  const topic = (await client().CreateTopic({ LogsetId: id, TopicName: 't' })).TopicId;
  await refused('FailedOperation.LogsetNotEmpty', client().DeleteLogset({ LogsetId: id }));
  await client().DeleteTopic({ TopicId: topic });
  await client().DeleteLogset({ LogsetId: id });
  await refused('ResourceNotFound.LogsetNotExist', client().DeleteLogset({ LogsetId: id }));
});

test('finds uploaded logs: raw, lz4, zstd', async () => {
  const { zstdCompressSync } = await import('node:zlib');
  const at = start + 3500_000;
  const one = (message) => group([[at, { level: 'WARN', service: 'up', message }]]);
  await upload(topicId, one('plain'));
  await upload(topicId, lz4(one('packed with lz4')), 'lz4');
  if (zstdCompressSync) await upload(topicId, zstdCompressSync(one('packed with zstd')), 'zstd');
  const found = await search({ QueryString: 'service:up', Sort: 'asc' });
  const messages = found.Results.map((r) => JSON.parse(r.LogJson).message);
  assert.deepEqual(messages, ['plain', 'packed with lz4', ...(zstdCompressSync ? ['packed with zstd'] : [])]);
  assert.equal(found.Results[0].FileName, '/data/app.log');
  assert.equal(found.Results[0].HostName, 'node-1');
  assert.equal(found.Results[0].PkgId, '3F2A00C41B7701D2-1A');
  await refused('InvalidParameter.Content', upload(topicId, Buffer.from('\xff\xff', 'latin1')));
  await refused('InvalidParameter.Content', upload(topicId, Buffer.from('\xff\xff', 'latin1'), 'lz4'));
  await refused('MissingParameter', client().UploadLog({ TopicId: topicId }));
});

test('takes what collectors send to the data endpoint', async () => {
  const sign = (secretKey, host, now = Math.floor(Date.now() / 1000)) => {
    const time = `${now - 60};${now + 300}`;
    const info = `post\n/structuredlog\ntopic_id=${topicId}\ncontent-type=application%2Fx-protobuf&host=${encodeURIComponent(host)}\n`;
    const toSign = `sha1\n${time}\n${createHash('sha1').update(info).digest('hex')}\n`;
    const key = createHmac('sha1', secretKey).update(time).digest('hex');
    const signature = createHmac('sha1', key).update(toSign).digest('hex');
    return `q-sign-algorithm=sha1&q-ak=${about.secret_id}&q-sign-time=${time}&q-key-time=${time}` +
      `&q-header-list=content-type;host&q-url-param-list=topic_id&q-signature=${signature}`;
  };
  const post = (authorization, body) => fetch(`http://${endpoint}/structuredlog?topic_id=${topicId}`, {
    method: 'POST', body, headers: { 'Content-Type': 'application/x-protobuf', 'x-cls-compress-type': 'lz4', Authorization: authorization } });
  const body = lz4(group([[start + 3400_000, { level: 'INFO', service: 'collector', message: 'x' }]]));
  const ok = await post(sign(about.secret_key, endpoint), body);
  assert.equal(ok.status, 200);
  assert.equal(await ok.text(), '');
  assert.ok(ok.headers.get('x-cls-requestid'));
  assert.equal((await search({ QueryString: 'service:collector' })).Results.length, 1);
  const wrong = await post(sign('another', endpoint), body);
  assert.equal(wrong.status, 401);
  assert.equal((await wrong.json()).errorcode, 'AuthFailure.SignatureFailure');
  const late = await post(sign(about.secret_key, endpoint, 1767225600), body);
  assert.equal((await late.json()).errorcode, 'AuthFailure.SignatureExpire');
});

test('pages through more than a thousand logs by Context', async () => {
  const seen = [];
  let context, pages = 0, over = false;
  for (; !over; pages++) {
    const page = await search({ QueryString: 'service:(pay OR cart)', Limit: 1000, Sort: 'asc', ...(context && { Context: context }) });
    seen.push(...page.Results.map((r) => Number(JSON.parse(r.LogJson).number)));
    ({ Context: context, ListOver: over } = page);
  }
  assert.equal(pages, 3);
  assert.deepEqual(seen, Array.from({ length: 2345 }, (_, i) => i));
  const newest = await search({ QueryString: 'service:pay', Limit: 1, Offset: 1 });
  assert.equal(JSON.parse(newest.Results[0].LogJson).number, '2341');
});

test('refuses a Context that is not of this search', async () => {
  const { Context } = await search({ Limit: 1 });
  await refused('FailedOperation.InvalidContext', search({ Limit: 1, Context, QueryString: 'level:INFO' }));
  await refused('FailedOperation.InvalidContext', search({ Context: 'bm90IG91cnM=' }));
  await control('faults', { expired_contexts: true });
  await refused('FailedOperation.InvalidContext', search({ Limit: 1, Context }));
});

test('evaluates CQL and Lucene, in the new and the old spelling', async () => {
  const count = async (request) => (await client().SearchLog({ TopicId: topicId, From: start, To: start + 3600_000, Limit: 1000, ...request })).Results?.length ?? 0;
  assert.equal(await count({ QueryString: 'level:ERROR AND number>=2000', QuerySyntax: 1 }), 35);
  assert.equal(await count({ QueryString: 'level:error number<100' }), 10);  // CQL is the default here
  assert.equal(await count({ Query: 'number:[0 TO 99] AND level:ERROR' }), 10);  // and Lucene here
  assert.equal(await count({ Query: 'level:ERROR and number<100', SyntaxRule: 1 }), 10);
  assert.equal(await count({ QueryString: '支付 超时 number<100' }), 10);
  assert.equal(await count({ QueryString: 'message:"支付超时 order 10"' }), 1);
  assert.equal(await count({ QueryString: 'mess:x OR nothing' }).catch((e) => e.code), 'FailedOperation.SyntaxError');
  assert.equal(await count({ QueryString: '__TAG__.env:prod AND number:7' }), 1);
  const marked = await search({ QueryString: 'level:ERROR', HighLight: true, Limit: 1 });
  assert.deepEqual(marked.Results[0].HighLights, [{ Key: 'level', Values: ['<cls_highlight>ERROR</cls_highlight>'] }]);
});

test('analyses with SQL in both forms', async () => {
  const query = 'service:(pay OR cart) | select level, count(*) as n, avg(number) as mean group by level order by n desc';
  const fresh = await search({ QueryString: query, UseNewAnalysis: true });
  assert.equal(fresh.Analysis, true);
  assert.deepEqual(fresh.AnalysisRecords.map((r) => JSON.parse(r)), [{ level: 'INFO', n: 2110, mean: 1172.222748815166 }, { level: 'ERROR', n: 235, mean: 1170 }]);
  assert.deepEqual(fresh.Columns, [{ Name: 'level', Type: 'varchar' }, { Name: 'n', Type: 'bigint' }, { Name: 'mean', Type: 'double' }]);
  const old = await search({ QueryString: query });
  assert.deepEqual(old.ColNames, ['level', 'n', 'mean']);
  assert.deepEqual(old.AnalysisResults[1].Data.slice(0, 2), [{ Key: 'level', Value: 'ERROR' }, { Key: 'n', Value: '235' }]);
  const rows = async (sql) => (await search({ QueryString: `service:(pay OR cart) | ${sql}`, UseNewAnalysis: true })).AnalysisRecords.map((r) => JSON.parse(r));
  assert.deepEqual(await rows('select histogram(__TIMESTAMP__, interval 15 minute) as t, count(*) as n group by t order by t limit 2'),
    [{ t: '2026-01-01 08:00:00.000', n: 900 }, { t: '2026-01-01 08:15:00.000', n: 900 }]);
  assert.deepEqual(await rows("select time_series(__TIMESTAMP__, '30m', '%H:%i', '0') as t, count_if(level='ERROR') as e group by t order by t"),
    [{ t: '08:00', e: 180 }, { t: '08:30', e: 55 }]);
  assert.deepEqual(await rows('select round(count_if(number>=2000)*100.0/count(*),2) as share, approx_percentile(number, 0.5) as p, max_by(message, number) as last'),
    [{ share: 14.71, p: 1172, last: 'ok 2344' }]);
  for (const bad of ['select 1; drop table t1', 'select * from sqlite_master', 'selec 1', 'select load_extension(1)']) {
    await refused('FailedOperation.SyntaxError', search({ QueryString: `* | ${bad}` }));
  }
  await refused('FailedOperation.QueryError', search({ QueryString: '* | select nosuch' }));
});

test('counts hits over time', async () => {
  const answer = await client().DescribeLogHistogram({ TopicId: topicId, From: start, To: start + 2400_000, Query: 'level:ERROR', SyntaxRule: 1, Interval: 600_000 });
  assert.deepEqual(answer.HistogramInfos, [0, 1, 2, 3].map((i) => ({ Count: i === 3 ? 55 : 60, BTime: start + i * 600_000 })));
  assert.equal(answer.TotalCount, 235);
  await refused('InvalidParameterValue', client().DescribeLogHistogram({ TopicId: topicId, From: start, To: start + 2400_000, Query: '*', Interval: 1000 }));
  await refused('FailedOperation.SyntaxError', client().DescribeLogHistogram({ TopicId: topicId, From: start, To: start + 1, Query: '* | select 1', SyntaxRule: 1 }));
});

test('shows the neighbours of a log', async () => {
  const [hit] = (await search({ QueryString: 'number:100' })).Results;
  const time = new Date(hit.Time + 8 * 3600_000).toISOString().replace('T', ' ').replace('Z', '');
  const answer = await client().DescribeLogContext({ TopicId: topicId, BTime: time, PkgId: hit.PkgId, PkgLogId: Number(hit.PkgLogId), PrevLogs: 2, NextLogs: 3 });
  assert.deepEqual(answer.LogContextInfos.map((l) => Number(JSON.parse(l.Content).number)), [98, 99, 100, 101, 102, 103]);
  assert.equal(answer.PrevOver, false);
  assert.equal(answer.LogContextInfos[0].Filename, '/data/app.log');
});

test('searches several topics at once', async () => {
  const other = (await client().CreateTopic({ LogsetId: logsetId, TopicName: 'other' })).TopicId;
  await client().CreateIndex({ TopicId: other, Rule: index });
  await upload(other, group([[start + 1500, { level: 'INFO', message: 'between' }]]));
  const page = await client().SearchLog({ Topics: [{ TopicId: topicId }, { TopicId: other }, { TopicId: 'gone' }], From: start, To: start + 10_000, QueryString: '*', Sort: 'asc', Limit: 4 });
  assert.deepEqual(page.Results.map((r) => r.Time - start), [0, 1000, 1500, 2000]);
  assert.deepEqual(page.Topics.Errors.map((e) => e.ErrorCodeStr), ['ResourceNotFound.TopicNotExist']);
  assert.equal(page.ListOver, false);
});

test('refuses what is wrong with its documented code', async () => {
  await refused('AuthFailure.SignatureFailure', client({ secretKey: 'wrong' }).DescribeTopics({}));
  await refused('AuthFailure.SecretIdNotFound', client({ secretId: 'nobody' }).DescribeTopics({}));
  await refused('UnsupportedRegion', client({ where: 'mars-1' }).DescribeTopics({}));
  await refused('MissingParameter', client({ where: null }).DescribeTopics({}));
  await refused('InvalidAction', generic().request('DescribeNothing', {}));
  await refused('NoSuchVersion', generic('2001-01-01').request('DescribeTopics', {}));
  await refused('MissingParameter', generic().request('DescribeIndex', {}));
  await refused('UnknownParameter', generic().request('DescribeTopics', { Nonsense: 1 }));
  await refused('InvalidParameter', generic().request('DescribeTopics', { Limit: 'many' }));
  await refused('InvalidParameterValue', search({ Limit: 1001 }));
  await refused('InvalidParameter', search({ Topics: [{ TopicId: topicId }] }));
  await refused('ResourceNotFound.TopicNotExist', search({ TopicId: 'gone' }));
  await refused('FailedOperation.SyntaxError', search({ QueryString: 'level:(ERROR' }));
  await assert.rejects(search({ QueryString: 'nosuch:1' }), { code: 'FailedOperation.SyntaxError', message: /since it is not indexed/ });
  const chinese = new cls.v20201016.Client({ credential: { secretId: 'x', secretKey: 'y' }, region, profile: { ...profile(), language: 'zh-CN' } });
  await assert.rejects(chinese.DescribeTopics({}), { message: /密钥不存在/ });
});

test('judges the clock', async () => {
  await control('faults', { clock_skew_seconds: 301 });
  await refused('AuthFailure.SignatureExpire', search());
  await control('faults', { clock_skew_seconds: -200 });
  await search();
});

test('limits requests per second', async () => {
  await control('faults', { requests_per_second: 3 });
  const calls = await Promise.allSettled(Array.from({ length: 8 }, () => client().DescribeLogsets({})));
  const codes = calls.filter((c) => c.status === 'rejected').map((c) => c.reason.code);
  assert.deepEqual(codes, Array(5).fill('RequestLimitExceeded'));
});

test('allows fifteen queries at once on a topic', async () => {
  await control('faults', { delay_ms: 300 });
  const calls = await Promise.allSettled(Array.from({ length: 17 }, () => search({ Limit: 1 })));
  const codes = calls.filter((c) => c.status === 'rejected').map((c) => c.reason.code);
  assert.deepEqual(codes, Array(2).fill('LimitExceeded.LogSearch'));
});

test('breaks on demand', async () => {
  await control('faults', { errors: 1, error_code: 'InternalError.SearchError' });
  await refused('InternalError.SearchError', search());
  await search();
  const impatient = () => client({ extra: { reqTimeout: 1 } }).SearchLog({ TopicId: topicId, From: start, To: start + 1, QueryString: '*' });
  for (const fault of ['drops', 'truncated', 'garbage', 'http_errors']) {
    await control('faults', { [fault]: 1 });
    await assert.rejects(impatient(), undefined, fault);
    await search();
  }
  await control('faults', { wrong_types: 1 });
  const answer = await search({ Limit: 1 });  // the SDK looks at the body only
  assert.equal(answer.Results.length, 1);
  const stats = await control('stats');
  assert.ok(stats.requests.SearchLog > 10);
  assert.ok(stats.errors['InternalError.SearchError'] >= 1);
});

test('compresses when asked', async () => {
  const answer = await search({ Limit: 1000 });  // node-fetch asks for gzip and unpacks it
  assert.equal(answer.Results.length, 1000);
  const stats = await fetch(`http://${endpoint}/`, { method: 'POST', body: '{}' });
  assert.equal((await stats.json()).Response.Error.Code, 'AuthFailure.InvalidAuthorization');
});

test('serves this machine only', async () => {
  const child = spawn(binary, ['emulate', '--listen', '0.0.0.0:0'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (data) => (said += data));
  const [code] = await once(child, 'close');
  assert.notEqual(code, 0);
  assert.match(said, /127\.0\.0\.1/);
});
