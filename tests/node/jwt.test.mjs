// Tokens signed by parties that are not ours (jose, and OpenSSL through node:crypto), verified by us.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac, generateKeyPairSync, sign as signBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import * as jose from 'jose';

const fixture = process.env.MTC_JWT_FIXTURE;
if (!fixture) throw new Error('MTC_JWT_FIXTURE must name the jwt_fixture program');

const issuer = 'https://id.test/realms/ops';
const audience = 'https://ops.test/mcp';
const now = 1_795_000_000;
const claims = { sub: 'f81d4fae', preferred_username: '张三', scope: 'ops.read' };

const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'EdDSA', 'Ed25519'];
const kinds = {
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  rsa4096: generateKeyPairSync('rsa', { modulusLength: 4096 }),
  p256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  p384: generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  p521: generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  ed25519: generateKeyPairSync('ed25519'),
};
const kindOf = (alg) => ({ ES256: 'p256', ES384: 'p384', EdDSA: 'ed25519', Ed25519: 'ed25519' })[alg] ?? 'rsa';

// All kinds in one set, as an issuer would publish them: each under its own name.
const jwks = { keys: Object.entries(kinds).map(([kid, { publicKey }]) => ({ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig' })) };

let child;
let answers;
before(() => {
  child = spawn(fixture, { stdio: ['pipe', 'pipe', 'inherit'] });
  answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
});
after(async () => {
  child.stdin.end();
  const [code] = await once(child, 'exit');
  assert.equal(code, 0);
});

async function ask(question) {
  child.stdin.write(`${JSON.stringify(question)}\n`);
  return JSON.parse((await answers.next()).value);
}
const verify = (token, changes = {}) => ask({ jwks, token, issuer, audience, now, ...changes });

const signer = (payload = claims) => new jose.SignJWT(payload).setIssuer(issuer).setAudience(audience).setIssuedAt(now).setExpirationTime(now + 300);
const signed = (alg, kind = kindOf(alg), header = {}) => signer().setProtectedHeader({ alg, kid: kind, ...header }).sign(kinds[kind].privateKey);
const encode = (value) => (value instanceof Uint8Array ? value : Buffer.from(JSON.stringify(value))).toString('base64url');

for (const alg of algorithms) {
  test(`${alg}: what jose signs is believed, what was changed is not`, async () => {
    const token = await signed(alg);
    const answer = await verify(token);
    assert.equal(answer.claims?.preferred_username, '张三', JSON.stringify(answer));
    assert.deepEqual(answer.claims, { ...claims, iss: issuer, aud: audience, iat: now, exp: now + 300 });
    // jose's own keys, as it publishes them, do as well; and the token without any key id.
    const published = { keys: [await jose.exportJWK(kinds[kindOf(alg)].publicKey)] };
    assert.ok((await verify(await signed(alg, kindOf(alg), { kid: undefined }), { jwks: published })).claims);

    const [header, payload, signature] = token.split('.');
    const bytes = Buffer.from(signature, 'base64url');
    assert.equal(encode(bytes), signature);
    for (const at of [0, 1, bytes.length >> 1, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at] ^= 0x10;
      assert.deepEqual(await verify(`${header}.${payload}.${encode(changed)}`), { error: "the token's signature is wrong" });
    }
    const admin = encode({ ...jose.decodeJwt(token), scope: 'ops.admin' });
    assert.deepEqual(await verify(`${header}.${admin}.${signature}`), { error: "the token's signature is wrong" });
    assert.deepEqual(await verify(`${header}.${payload}.`), { error: "the token's signature is wrong" });
    for (const zeros of [Buffer.alloc(bytes.length), Buffer.alloc(64), Buffer.alloc(96)]) {
      assert.deepEqual(await verify(`${header}.${payload}.${encode(zeros)}`), { error: "the token's signature is wrong" });
    }
  });
}

test('a key of 4096 bits', async () => {
  assert.ok((await verify(await signed('RS256', 'rsa4096'))).claims);
});

test('signatures made by OpenSSL itself: r and s are believed, DER is not', async () => {
  for (const [alg, kind, hash] of [['ES256', 'p256', 'sha256'], ['ES384', 'p384', 'sha384']]) {
    const text = `${encode({ alg, kid: kind, typ: 'at+jwt' })}.${encode({ iss: issuer, aud: [audience], exp: now + 0.5 })}`;
    // Many, since r or s has a zero in front once in 256 times.
    for (let i = 0; i < 600; ++i) {
      const raw = signBytes(hash, Buffer.from(text), { key: kinds[kind].privateKey, dsaEncoding: 'ieee-p1363' });
      assert.ok((await verify(`${text}.${encode(raw)}`)).claims);
    }
    const der = signBytes(hash, Buffer.from(text), { key: kinds[kind].privateKey, dsaEncoding: 'der' });
    assert.deepEqual(await verify(`${text}.${encode(der)}`), { error: "the token's signature is wrong" });
  }
});

test('the salt of PS256 is as long as the digest', async () => {
  const text = `${encode({ alg: 'PS256', kid: 'rsa' })}.${encode({ iss: issuer, aud: audience, exp: now + 300 })}`;
  const withSalt = (saltLength) => {
    const key = { key: kinds.rsa.privateKey, padding: 6 /* RSA_PKCS1_PSS_PADDING */, saltLength };
    return verify(`${text}.${encode(signBytes('sha256', Buffer.from(text), key))}`);
  };
  assert.ok((await withSalt(32)).claims);
  assert.ok((await withSalt(0)).error);
  assert.ok((await withSalt(222)).error);
});

test('nobody talks us into another algorithm', async () => {
  const unaccepted = { error: 'the token is not signed with an algorithm that is accepted here' };
  const body = encode({ iss: issuer, aud: audience, exp: now + 300 });
  assert.deepEqual(await verify(`${encode({ alg: 'none' })}.${body}.`), unaccepted);
  // The old trick: an HMAC whose key is the text of the public key.
  for (const secret of [kinds.rsa.publicKey.export({ format: 'pem', type: 'spki' }), JSON.stringify(jwks.keys[0])]) {
    const text = `${encode({ alg: 'HS256', kid: 'rsa' })}.${body}`;
    assert.deepEqual(await verify(`${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`), unaccepted);
  }
  assert.deepEqual(await verify(await signed('ES512', 'p521')), unaccepted);
  // RS256 with the name of the elliptic key, and the other way round.
  const wrong = { error: "the token's signature is wrong" };
  assert.deepEqual(await verify(await signer().setProtectedHeader({ alg: 'RS256', kid: 'p256' }).sign(kinds.rsa.privateKey)), wrong);
  assert.deepEqual(await verify(await signer().setProtectedHeader({ alg: 'ES256', kid: 'rsa' }).sign(kinds.p256.privateKey)), wrong);
});

test('a key that the token brings along vouches for nothing', async () => {
  const stranger = await jose.generateKeyPair('ES256', { extractable: true });
  const jwk = await jose.exportJWK(stranger.publicKey);
  const token = await signer().setProtectedHeader({ alg: 'ES256', jwk }).sign(stranger.privateKey);
  assert.deepEqual(await verify(token), { error: 'the token is not signed with a key of its issuer' });
});

test('the rules about issuer, audience and time', async () => {
  const token = await signed('ES256');
  const errors = {
    'the token comes from another issuer': { issuer: 'https://id.test' },
    'the token is meant for another audience': { audience: 'https://ops.test' },
    'the token has expired': { now: now + 360 },
    'the token was issued in the future': { now: now - 61 },
  };
  for (const [error, changes] of Object.entries(errors)) assert.deepEqual(await verify(token, changes), { error });
  assert.ok((await verify(token, { now: now + 359 })).claims, 'within the leeway');
  const later = await signer().setNotBefore(now + 120).setProtectedHeader({ alg: 'ES256', kid: 'p256' }).sign(kinds.p256.privateKey);
  assert.deepEqual(await verify(later), { error: 'the token is not valid yet' });
  const eternal = await new jose.SignJWT(claims).setIssuer(issuer).setAudience(audience).setProtectedHeader({ alg: 'ES256', kid: 'p256' }).sign(kinds.p256.privateKey);
  assert.deepEqual(await verify(eternal), { error: 'the token does not say when it expires' });
});

test('critical extensions and tokens for another purpose are refused', async () => {
  const critical = await signer().setProtectedHeader({ alg: 'ES256', kid: 'p256', crit: ['urn:test'], 'urn:test': 1 })
    .sign(kinds.p256.privateKey, { crit: { 'urn:test': true } });
  assert.deepEqual(await verify(critical), { error: 'the token wants an extension that is unknown here' });
  for (const typ of ['JWT', 'at+jwt', 'application/at+jwt']) assert.ok((await verify(await signed('ES256', 'p256', { typ }))).claims, typ);
  for (const typ of ['dpop+jwt', 'secevent+jwt', 'JOSE']) {
    assert.deepEqual(await verify(await signed('ES256', 'p256', { typ })), { error: 'the token is of another type than an access token' });
  }
});

test('an encrypted token is none for us', async () => {
  const token = await new jose.EncryptJWT(claims).setIssuer(issuer).setAudience(audience).setExpirationTime(now + 300)
    .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM' }).encrypt(kinds.rsa.publicKey);
  assert.deepEqual(await verify(token), { error: 'the token is no signed JWT: three parts are expected' });
});
