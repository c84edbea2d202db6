// What protects the product on a network: TLS, limits, checks of where requests come from, and settings that change
// while it runs.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connect as connectTls, setDefaultCACertificates } from 'node:tls';
import { clients, overHttp, textOf } from './mcp_clients.mjs';
import { addUser, ask, binary, makeHome, modern, settings, settingsFor, start, startCloud, until } from './program.mjs';

let home, cloud, ann, ben;

before(async () => {
  home = makeHome();
  cloud = await startCloud(home, []);
  ann = addUser(home, 'ann', ['--language', 'en']);
  ben = addUser(home, 'ben', ['--language', 'en']);
});

after(async () => {
  await cloud?.stop();
  home.remove();
});

// A server with these lines below `server:`, and how to change them while it runs.
async function serve(context, name, lines = [], sections = '') {
  const file = settingsFor(home, cloud, name, lines, sections);
  const server = await start(home, ['serve', '--json', '--config', file], { env: cloud.keys });
  context.after(() => server.stop());
  // Resolves when the log says what came of it.
  const reload = async (outcome) => {
    const before = server.errors().length;
    server.child.kill('SIGHUP');
    await until(() => outcome.test(server.errors().slice(before)), `${outcome} in the log`);
    return server.errors().slice(before);
  };
  return {
    ...server,
    reload,
    change(lines, sections = '') {
      settingsFor(home, cloud, name, lines, sections);
      return reload(/settings: (read again|kept as they were)/);
    },
  };
}

const ping = (server, token, headers = {}, options = {}) =>
  ask(`${server.info.url}/mcp`, { ...modern(token, 'tools/list', {}, headers), ...options });

describe('TLS', () => {
  const pem = () => ({ certificate: join(home.dir, 'tls.crt'), key: join(home.dir, 'tls.key') });

  // A certificate that nobody else has signed, for this machine.
  function makeCertificate(serial) {
    const { certificate, key } = pem();
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost',
      '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-set_serial', `${serial}`, '-keyout', key, '-out', certificate], { stdio: 'ignore' });
    chmodSync(key, 0o600);
    return readFileSync(certificate, 'utf8');
  }

  function serialSeenBy(url, ca) {
    return new Promise((resolve, reject) => {
      const socket = connectTls({ port: Number(new URL(url).port), host: '127.0.0.1', ca }, () => {
        resolve(Number.parseInt(socket.getPeerCertificate().serialNumber, 16));
        socket.destroy();
      });
      socket.on('error', reject);
    });
  }

  test('the official clients work over https, and a renewed certificate disturbs none of them', async (context) => {
    const first = makeCertificate(1001);
    const { certificate, key } = pem();
    const server = await serve(context, 'tls.yaml', [`tls_certificate: ${certificate}`, `tls_key: ${key}`]);
    assert.match(server.info.url, /^https:/);
    await assert.rejects(ask(`${server.info.url}/healthz`), /self-signed/);
    setDefaultCACertificates([first]);
    const working = [];
    for (const name of Object.keys(clients)) {
      const client = clients[name]();
      await client.connect(overHttp(name, `${server.info.url}/mcp`, ann));
      working.push(client);
    }
    const everybodyWorks = async () => {
      for (const client of working) assert.match(textOf(await client.callTool({ name: 'who_am_i', arguments: {} })), /ann/);
    };
    await everybodyWorks();
    assert.equal(await serialSeenBy(server.info.url, first), 1001);

    const second = makeCertificate(1002);
    await server.reload(/settings: read again/);
    assert.equal(await serialSeenBy(server.info.url, second), 1002);
    setDefaultCACertificates([first, second]);
    await everybodyWorks();

    writeFileSync(certificate, 'no certificate at all');
    assert.match(await server.reload(/kept as they were/), /tls\.crt holds no certificate in PEM form/);
    assert.equal(await serialSeenBy(server.info.url, second), 1002);
    await everybodyWorks();
    for (const client of working) await client.close();
  });

  test('a key that others may read is refused', () => {
    makeCertificate(1003);
    const { certificate, key } = pem();
    chmodSync(key, 0o644);
    const file = settingsFor(home, cloud, 'open_key.yaml', [`tls_certificate: ${certificate}`, `tls_key: ${key}`]);
    const end = spawnSync(binary, ['serve', '--config', file], { env: { ...home.env, ...cloud.keys }, encoding: 'utf8' });
    assert.equal(end.status, 4, end.stderr);
    assert.match(end.stderr, /chmod 600/);
  });

  test('plain http at the port of https is told so', async (context) => {
    makeCertificate(1004);
    const { certificate, key } = pem();
    const server = await serve(context, 'plain.yaml', [`tls_certificate: ${certificate}`, `tls_key: ${key}`]);
    const answer = await ask(`${server.info.url.replace('https:', 'http:')}/healthz`);
    assert.equal(answer.status, 400);
    assert.match(answer.text, /https:/);
  });
});

test('one address of the network has its share of the connections, and no more', async (context) => {
  const pem = { certificate: join(home.dir, 'share.crt'), key: join(home.dir, 'share.key') };
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', pem.key, '-out', pem.certificate], { stdio: 'ignore' });
  chmodSync(pem.key, 0o600);
  const ours = `listen: 0.0.0.0:0\n  tls_certificate: ${pem.certificate}\n  tls_key: ${pem.key}\n  connections_per_address: 2`;
  const file = settings(home, readFileSync(cloud.settings, 'utf8').replace('listen: 127.0.0.1:0', ours), 'share.yaml');
  const server = await start(home, ['serve', '--json', '--config', file], { env: cloud.keys });
  context.after(() => server.stop());
  const { port } = new URL(server.info.url);
  const ca = readFileSync(pem.certificate, 'utf8');
  const statusOf = () => new Promise((resolve, reject) => {
    const socket = connectTls({ host: '127.0.0.1', port, ca }, () => socket.write('GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'));
    context.after(() => socket.destroy());
    socket.once('error', reject);
    socket.once('data', (bytes) => resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(String(bytes))[1]), socket }));
  });
  const first = await statusOf();
  assert.equal(first.status, 200);
  assert.equal((await statusOf()).status, 200);
  assert.equal((await statusOf()).status, 503);
  first.socket.destroy();
  await until(async () => (await statusOf()).status === 200, 'room for another');
});

test('an address of the network is refused without TLS, with what to do', () => {
  for (const address of ['0.0.0.0:0', '[::]:0', '192.0.2.1:8080']) {
    const end = spawnSync(binary, ['serve', '--config', cloud.settings, '--listen', address], { env: { ...home.env, ...cloud.keys }, encoding: 'utf8' });
    assert.equal(end.status, 2, end.stderr);
    for (const advice of ['in the clear', 'tls_certificate', 'tls_key', '127.0.0.1', 'behind_tls_proxy']) assert.ok(end.stderr.includes(advice), end.stderr);
  }
});

test('behind a proxy that speaks TLS such an address is taken', async (context) => {
  const file = settings(home, readFileSync(cloud.settings, 'utf8').replace('listen: 127.0.0.1:0', 'listen: 0.0.0.0:0\n  behind_tls_proxy: true'), 'proxy.yaml');
  const server = await start(home, ['serve', '--json', '--config', file], { env: cloud.keys });
  context.after(() => server.stop());
  assert.ok(server.info.url.startsWith('http://'), server.info.url);
  const { port } = new URL(server.info.url);
  assert.equal((await ask(`http://127.0.0.1:${port}/healthz`)).status, 200);
});

describe('settings that change while it runs', () => {
  const page = { origin: 'https://app.example.org' };

  test('origins, hosts, limits and the log level are taken over, and no session is lost', async (context) => {
    const server = await serve(context, 'living.yaml');
    const client = clients.v1();
    const transport = overHttp('v1', `${server.info.url}/mcp`, ann);
    await client.connect(transport);
    const session = transport.sessionId;
    assert.equal((await ping(server, ben, page)).status, 403);
    assert.equal((await ping(server, ben, { host: 'ops.example.org' })).status, 403);

    await server.change(['allowed_origins: [https://app.example.org]', 'allowed_hosts: [ops.example.org]', 'requests_per_second: 1'], 'log_level: debug\n');
    assert.equal((await ping(server, ben, page)).status, 200);
    assert.equal((await ping(server, ben, { host: 'ops.example.org' })).status, 200);
    const statuses = [];
    for (let i = 0; i < 12; ++i) statuses.push((await ping(server, ben)).status);
    assert.ok(statuses.includes(429), `${statuses}`);
    assert.equal(transport.sessionId, session);
    assert.match(textOf(await client.callTool({ name: 'who_am_i', arguments: {} })), /ann/);

    // At that level it does not tell that it has read them.
    const told = server.errors();
    settingsFor(home, cloud, 'living.yaml', [], 'log_level: error\n');
    server.child.kill('SIGHUP');
    await until(async () => (await ping(server, ann, page)).status === 403, 'the end of the permission');
    assert.match(textOf(await client.callTool({ name: 'who_am_i', arguments: {} })), /ann/);
    assert.equal(server.errors(), told);
    await client.close();
  });

  test('a broken file changes nothing, and the log says where it is broken', async (context) => {
    const server = await serve(context, 'broken.yaml', ['allowed_origins: [https://app.example.org]']);
    const cases = [
      ['requests_per_second: many', /kept as they were: .*broken\.yaml, line \d+: server: requests_per_second: expected a number/],
      ['colour: red', /kept as they were: .*broken\.yaml, line \d+.*colour: unknown name/],
      ['services: [basics]', /kept as they were: .*broken\.yaml, line \d+.*server: services: .*"basics"/],
      ['tls_key: somewhere', /kept as they were: .*broken\.yaml, line \d+.*tls_certificate/],
      ['allowed_hosts: [', /kept as they were: .*broken\.yaml, line \d+/],
    ];
    for (const [line, complaint] of cases) {
      assert.match(await server.change([line]), complaint);
      assert.equal((await ping(server, ann, page)).status, 200, line);
    }
  });

  test('what needs a restart is named', async (context) => {
    const server = await serve(context, 'fixed.yaml');
    assert.match(await server.change(['old_sse: true'], 'llm:\n  base_url: http://127.0.0.1:9\n  model: none\n'), /something in server changed that needs a restart[^]*something in llm changed/);
    assert.equal((await ask(`${server.info.url}/sse`)).status, 404);
  });

  test('an issuer of tokens that was added or taken away is named, too', async (context) => {
    const server = await serve(context, 'issuers.yaml', [], 'oauth:\n  issuers:\n    - issuer: https://id.example.org\n');
    assert.match(await server.change([]), /something in oauth changed that needs a restart/);
  });
});
