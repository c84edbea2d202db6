// The commands as a person types them: what they print, and how they end.
import assert from 'node:assert/strict';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { binary, call, makeHome, run, settings, start, startCloud } from './program.mjs';
import { Relay } from './relay.mjs';

let home, cloud;

before(async () => {
  home = makeHome();
  cloud = await startCloud(home);
  run(home, ['user', 'add', 'zhangsan', '--display-name', '张三', '--window', '00:00-24:00']);
});

after(async () => {
  await cloud?.stop();
  home.remove();
});

// Runs a command to its end: exit code, stdout, stderr.
function type(args, options = {}) {
  const end = spawnSync(binary, args, { env: { ...home.env, ...cloud.keys, ...options.env }, input: options.input ?? '', encoding: 'utf8' });
  return { code: end.status, out: end.stdout, err: end.stderr };
}

test('the demo tells the night, serves until Ctrl-C and ends in order', async (context) => {
  const demo = spawn(binary, ['demo'], { env: { ...home.env, MTC_START_TIME: '', TMPDIR: home.dir } });
  context.after(() => demo.kill('SIGKILL'));
  let out = '';
  const ready = new Promise((resolve) => demo.stdout.on('data', (chunk) => {
    out += chunk;
    if (out.includes('Ctrl-C')) resolve();
  }));
  const exited = new Promise((resolve) => demo.once('exit', (code, signal) => resolve({ code, signal })));
  await Promise.race([ready, exited]);
  assert.match(out, /张三：你好，小智\n小智：早上好，张三。/);
  assert.match(out, /payment 的连接池用完/);
  const [, token, url] = /MTC_TOKEN=(\S+) mcp-tencent-cloud talk --url (\S+)\/mcp/.exec(out);
  const greeting = await call(url, token, 'greet');
  assert.equal(greeting.body.result.structuredContent.kind, 'hello', 'the demo itself heard the broadcast');
  const talk = type(['talk', '--url', `${url}/mcp`, '--mute', '--say', '再说一遍'], { env: { MTC_TOKEN: token } });
  assert.match(talk.out, /小智 › .*payment/);
  demo.kill('SIGINT');
  assert.deepEqual(await exited, { code: 0, signal: null });
});

test('the demo speaks English where the locale does, and ends at once when asked to', () => {
  const demo = type(['demo', '--once'], { env: { MTC_START_TIME: '', LANG: 'en_US.UTF-8', TMPDIR: home.dir } });
  assert.equal(demo.code, 0, demo.err);
  assert.match(demo.out, /Xiaozhi: Good morning, Zhang San\./);
  const [spoken] = demo.out.split('Log digest');
  assert.doesNotMatch(spoken, /[\u4e00-\u9fff]/, 'no Chinese before the log lines themselves');
});

test('talk answers what is said and says what it understands', () => {
  const options = ['talk', '--config', cloud.settings, '--user', 'zhangsan', '--mute'];
  const first = type(options, { input: '你好，小智\n我是谁\n唱首歌\n' });
  assert.equal(first.code, 0, first.err);
  assert.match(first.out, /小智 › .*张三。.*payment/);
  assert.match(first.out, /小智 › 你是张三/);
  assert.match(first.out, /小智 › 这个我帮不上/);
  assert.match(type([...options, '--say', '有哪些集群']).out, /小智 › 一共.*集群/);
  assert.equal(type(['talk', '--mute', '--say', '你好']).code, 2, 'nobody named');
  assert.equal(type([...options.slice(0, 3), '--user', 'nobody', '--say', '你好']).code, 2);
});

test('check says what is configured, reachable and permitted', () => {
  const good = type(['check', '--config', cloud.settings]);
  assert.equal(good.code, 0, good.out + good.err);
  assert.match(good.out, /✓ Tencent Cloud ap-guangzhou: \d+ log topics, \d+ of them searchable/);
  assert.match(good.out, /✓ searching shop-app: permitted/);
  assert.match(good.out, /✓ clusters: 4 in \d+ regions/);
  assert.match(good.out, /– cluster 广州生产集群: .*kubeconfig/);
  assert.match(good.out, /✓ charts: gnuplot draws/);
  assert.match(good.out, /– XiaoZhi: no endpoint configured/);

  const denied = type(['check', '--config', cloud.settings, '--json'], { env: { TENCENTCLOUD_SECRET_KEY: 'wrong' } });
  assert.equal(denied.code, 4);
  assert.equal(JSON.parse(denied.out).find((one) => one.what.startsWith('Tencent Cloud')).ok, false);
  assert.doesNotMatch(denied.out, /wrong/);

  const away = settings(home, 'tencent: {endpoint: "http://127.0.0.1:9"}\nbroadcast: {audio: false}\n', 'away.yaml');
  assert.equal(type(['check', '--config', away]).code, 3);

  const device = settings(home, `tencent: {endpoint: "${cloud.info.url}"}\nbroadcast: {audio: false}\nxiaozhi:\n  endpoints:\n    - {user: zhangsan, url_env: XZ}\n`, 'device.yaml');
  const xiaozhi = type(['check', '--config', device], { env: { XZ: 'wss://api.xiaozhi.me/mcp/?token=a.b.c' } });
  assert.match(xiaozhi.out, /✓ XiaoZhi of zhangsan: /);
  assert.doesNotMatch(xiaozhi.out, /a\.b\.c/, 'a token is never shown');
  assert.equal(type(['check', '--config', device], { env: { XZ: 'ftp://nowhere' } }).code, 2);
});

test('check asks a relay of one\'s own whom it reaches', async (context) => {
  const relay = await new Relay().start();
  context.after(() => relay.stop());
  const device = settings(home, `${readFileSync(cloud.settings, 'utf8')}xiaozhi:\n  endpoints:\n    - {user: zhangsan, url_env: XZ}\n`, 'relay.yaml');
  const look = () => promisify(execFile)(binary, ['check', '--config', device], { env: { ...home.env, ...cloud.keys, XZ: relay.toolUrl('a') } });
  assert.match((await look()).stdout, /✓ XiaoZhi of zhangsan: .*no server is connected/);
  const server = await start(home, ['serve', '--json', '--config', device], { env: { ...cloud.keys, XZ: relay.toolUrl('a') } });
  context.after(() => server.stop());
  let out = '';
  for (const end = Date.now() + 10_000; !out.includes('reaches a running server') && Date.now() < end;) out = (await look()).stdout;
  assert.match(out, /✓ XiaoZhi of zhangsan: .*the relay reaches a running server/);
  await server.stop();
  const nobodyThere = { env: { XZ: 'ws://127.0.0.1:9/mcp_endpoint/mcp/?token=YQ==' } };
  assert.equal(type(['check', '--config', device], nobodyThere).code, 3);
});

test('a broken settings file stops everything before it starts, with line and reason', () => {
  const broken = settings(home, 'server:\n  lisen: 1\n', 'broken.yaml');
  for (const command of [['serve'], ['stdio', '--user', 'zhangsan'], ['check'], ['talk', '--user', 'zhangsan'], ['user', 'list']]) {
    const end = type([...command, '--config', broken]);
    assert.equal(end.code, 2, command[0]);
    assert.match(end.err, /broken\.yaml, line 2: server: lisen: unknown name; valid names are/, command[0]);
    assert.equal(end.out, '', command[0]);
  }
});

test('a port that is taken is named', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const end = type(['serve', '--config', cloud.settings, '--listen', `127.0.0.1:${taken.address().port}`]);
  assert.equal(end.code, 3, end.err);
  assert.match(end.err, new RegExp(`${taken.address().port}`));
  taken.close();
});

test('an address that the network can reach is refused without TLS in front', () => {
  const end = type(['serve', '--config', cloud.settings, '--listen', '0.0.0.0:0']);
  assert.equal(end.code, 2);
  assert.match(end.err, /behind_tls_proxy/);
});

test('a key file that others can read is refused', () => {
  const other = makeHome();
  const file = join(other.dir, 'secret.key');
  writeFileSync(file, `${Buffer.alloc(32, 1).toString('base64')}\n`);
  chmodSync(file, 0o644);
  const end = spawnSync(binary, ['credential', 'list', '--key-file', file], { env: other.env, encoding: 'utf8' });
  assert.equal(end.status, 4, end.stderr);
  assert.match(end.stderr, /secret\.key/);
  other.remove();
});

test('every command has a help with an example', () => {
  const commands = /Subcommands:\n([\s\S]*?)\n\n/.exec(type(['--help']).out)[1].split('\n')
    .map((line) => /^ {2}(\w+)/.exec(line)?.[1]).filter(Boolean);
  assert.ok(commands.length >= 12, commands.join(' '));
  for (const command of commands) {
    const help = type([command, '--help']);
    assert.equal(help.code, 0, command);
    assert.match(help.out, new RegExp(`Examples?: .*mcp-tencent-cloud ${command}`), command);
  }
  assert.equal(type([]).code, 2);
  assert.equal(type(['dance']).code, 2);
});
