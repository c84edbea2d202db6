// People who come with a token of somebody else's: an OAuth issuer whose keys the product fetches and believes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { discoverOAuthServerInfo } from '@modelcontextprotocol/sdk/client/auth.js';
import { generateKeyPair } from 'jose';
import { Issuer } from './issuer.mjs';
import { clients, overHttp, textOf } from './mcp_clients.mjs';
import { addUser, ask, makeHome, modern, run, settingsFor, start, startCloud } from './program.mjs';

let home, cloud, issuer, server, audience, ownToken;

before(async () => {
  home = makeHome();
  cloud = await startCloud(home, []);
  issuer = await new Issuer().start();
  ownToken = addUser(home, 'ann', ['--language', 'en']);
  run(home, ['user', 'add', 'gone']);
  run(home, ['user', 'disable', 'gone']);
  const file = settingsFor(home, cloud, 'oauth.yaml', [], `oauth:\n  issuers:\n    - {issuer: "${issuer.name}", trust: voice}\n`);
  server = await start(home, ['serve', '--json', '--config', file], { env: cloud.keys });
  audience = `${server.info.url}/mcp`;
});

after(async () => {
  await server?.stop();
  await issuer?.stop();
  await cloud?.stop();
  home.remove();
});

// The product's clock stands at MTC_START_TIME when it starts, and goes on.
const startTime = () => Date.parse(home.env.MTC_START_TIME) / 1000;
const token = (changes, signing) => issuer.token(audience, startTime(), changes, signing);
const whoAmI = (bearer, path = '/mcp') => ask(`${server.info.url}${path}`, modern(bearer, 'tools/call', { name: 'who_am_i', arguments: {} }));

function assertInvalid(answer, why) {
  assert.equal(answer.status, 401, answer.text);
  assert.match(answer.headers['www-authenticate'], /^Bearer error="invalid_token", scope="ops\.read", resource_metadata="http:/);
  assert.match(answer.json().error_description, why);
}

test('a known user is let in with the scopes of the token', async () => {
  const answer = await whoAmI(await token());
  assert.equal(answer.status, 200, answer.text);
  const { username, scopes, assurance } = answer.json().result.structuredContent;
  assert.deepEqual([username, scopes, assurance], ['ann', ['ops.read'], 'voice']);
  const more = await whoAmI(await token({ scope: 'ops.operate' }));
  assert.deepEqual(more.json().result.structuredContent.scopes, ['ops.operate']);
  const listed = await whoAmI(await token({ aud: ['https://elsewhere.example.org', audience] }));
  assert.equal(listed.status, 200, 'one audience of several');
  assert.equal((await whoAmI(ownToken)).status, 200, 'our own tokens go on working');
});

test('the issuer is asked for its keys once', async () => {
  for (let i = 0; i < 5; ++i) assert.equal((await whoAmI(await token())).status, 200);
  assert.equal(issuer.asked.filter((path) => path === '/keys').length, 1, `${issuer.asked}`);
});

test('every official client works with such a token', async () => {
  for (const name of Object.keys(clients)) {
    const client = clients[name]();
    await client.connect(overHttp(name, audience, await token()));
    assert.match(textOf(await client.callTool({ name: 'who_am_i', arguments: {} })), /ann/);
    await client.close();
  }
});

test('a client finds the issuer by itself', async () => {
  const found = await discoverOAuthServerInfo(audience);
  assert.equal(found.authorizationServerUrl, issuer.name);
  assert.equal(found.authorizationServerMetadata.token_endpoint, `${issuer.name}/token`);
  assert.deepEqual(found.resourceMetadata.authorization_servers, [issuer.name]);
});

test('a token that proves nothing is invalid, and is told why', async () => {
  const stranger = { kid: issuer.signing.kid, key: (await generateKeyPair('ES256')).privateKey };
  const now = startTime();
  const cases = [
    ['another audience', { aud: 'https://elsewhere.example.org/mcp' }, /another audience/],
    ['no audience', { aud: undefined }, /audience/],
    ['the server without its path', { aud: server.info.url }, /another audience/],
    ['expired', { iat: now - 7200, exp: now - 3600 }, /expired/],
    ['never expires', { exp: undefined }, /does not say when it expires/],
    ['of the future', { iat: now + 3600, exp: now + 7200 }, /issued in the future/],
    ['of nobody we know', { preferred_username: 'mallory' }, /nobody who is known here/],
    ['without a user', { preferred_username: undefined }, /./],
    ['of a disabled user', { preferred_username: 'gone' }, /./],
    ['of another issuer', { iss: 'https://id.example.org/realms/ops' }, /./],
    ['of the issuer without its realm', { iss: issuer.origin }, /./],
    ['signed by somebody else', {}, /signature is wrong/, stranger],
    ['bound to a key', { cnf: { jkt: 'x' } }, /./],
  ];
  for (const [name, changes, why, signing] of cases) {
    const answer = await whoAmI(await token(changes, signing));
    assert.equal(answer.status, 401, `${name}: ${answer.text}`);
    assertInvalid(answer, why);
    assert.doesNotMatch(answer.text, /127\.0\.0\.1|eyJ/, `${name}: the answer names no inner address and no token`);
  }
});

test('a scope that is missing is asked for by name', async () => {
  for (const scope of ['openid', '', undefined, 'ops.reading', 'OPS.READ']) {
    const answer = await whoAmI(await token({ scope }));
    assert.equal(answer.status, 403, answer.text);
    assert.equal(answer.json().error, 'insufficient_scope');
    assert.match(answer.headers['www-authenticate'], /^Bearer error="insufficient_scope", scope="ops\.read", resource_metadata="http:[^"]*\/mcp"$/);
  }
});

test('a 2025 client is told of the missing scope, too', async () => {
  const client = clients.v1();
  await client.connect(overHttp('v1', audience, await token({ scope: 'openid' })));
  await assert.rejects(client.callTool({ name: 'who_am_i', arguments: {} }), /insufficient_scope|403/);
  await client.close();
});

test('the audience is what the metadata of that address say', async () => {
  const { resource } = (await ask(`${server.info.url}/.well-known/oauth-protected-resource/mcp/devops`)).json();
  const answer = await whoAmI(await token({ aud: resource }), '/mcp/devops');
  assert.equal(answer.status, 200, answer.text);
});

test('a session belongs to whom it was opened for, whatever token comes', async () => {
  addUser(home, 'ben');
  const transport = overHttp('v1', audience, await token());
  const client = clients.v1();
  await client.connect(transport);
  const list = (bearer) => ask(audience, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', authorization: `Bearer ${bearer}`, 'mcp-session-id': transport.sessionId },
    body: JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/list' }),
  });
  assert.equal((await list(await token({ jti: 'another' }))).status, 200);
  assert.equal((await list(await token({ preferred_username: 'ben' }))).status, 404);
  await client.close();
});

test('an issuer that is away is our trouble, not the token\'s', async (context) => {
  const away = await new Issuer().start('/away');
  await away.stop();
  const file = settingsFor(home, cloud, 'away.yaml', [], `oauth:\n  issuers:\n    - issuer: ${away.name}\n`);
  const other = await start(home, ['serve', '--json', '--config', file], { env: cloud.keys });
  context.after(() => other.stop());
  const bearer = await away.token(`${other.info.url}/mcp`, startTime());
  const answer = await ask(`${other.info.url}/mcp`, modern(bearer, 'tools/list'));
  assert.equal(answer.status, 503, answer.text);
  assert.ok(answer.headers['retry-after']);
  assert.doesNotMatch(answer.text, /127\.0\.0\.1|refused/);
  assert.match(other.errors(), /a token cannot be checked/);
});

test('an issuer on the network without https is refused at the start', async () => {
  const file = settingsFor(home, cloud, 'plain.yaml', [], 'oauth:\n  issuers:\n    - issuer: http://id.example.org\n');
  await assert.rejects(start(home, ['serve', '--json', '--config', file], { env: cloud.keys }), /"code":2.*oauth: issuers: .*https:/s);
});
