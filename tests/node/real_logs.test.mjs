// The whole chain on logs that real systems wrote: ingested, searched, digested, greeted with. The files are not ours to
// ship, so the test looks for them beside the project and says so when they are not there.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { call, makeHome, run, start, startCloud } from './program.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const data = process.env.MTC_SHARED_DATA ?? join(root, '..', 'shared', 'data');
const missing = existsSync(join(data, 'logparse')) ? false : `no real logs in ${data}/logparse`;
const systems = ['HDFS', 'OpenSSH', 'BGL', 'Linux'];

test('analyze reads every real log whole', { skip: missing }, () => {
  const home = makeHome();
  for (const system of systems) {
    const digest = JSON.parse(run(home, ['analyze', '--json', join(data, 'logparse', `${system}_2k.log`)]));
    assert.equal(digest.coverage.lines_total, 2000, system);
    assert.equal(digest.coverage.lines_read, 2000, system);
    assert.ok(digest.template_count > 5 && digest.template_count < 400, `${system}: ${digest.template_count}`);
  }
  home.remove();
});

for (const system of systems) {
  test(`${system}: ingest, search, digest, greeting`, { skip: missing }, async () => {
    const home = makeHome();
    const file = join(data, 'logparse', `${system}_2k.log`);
    const cloud = await startCloud(home, ['--ingest', `real=${file}@2026-11-21T06:00:00+08:00..2026-11-22T04:00:00+08:00`]);
    run(home, ['user', 'add', 'zhangsan', '--display-name', '张三']);
    const token = run(home, ['token', 'create', 'zhangsan', '--scope', 'ops.read']).trim();
    const server = await start(home, ['serve', '--json', '--config', cloud.settings], { env: cloud.keys });
    try {
      const found = await call(server.info.url, token, 'search_logs', { time_range: 'last_2d' });
      assert.equal(found.body.result.structuredContent.total, 2000);
      const greeting = (await call(server.info.url, token, 'greet')).body.result;
      assert.equal(greeting.structuredContent.kind, 'broadcast');
      assert.match(greeting.content[0].text, /两千条/);
      assert.doesNotMatch(greeting.content[0].text, /[*_#`{}<>|/]|\d+\.\d+\.\d+\.\d+/, 'nothing that cannot be spoken');
      const page = await fetch(greeting.structuredContent.link);
      assert.equal(page.status, 200);
    } finally {
      await server.stop();
      await cloud.stop();
      home.remove();
    }
  });
}
