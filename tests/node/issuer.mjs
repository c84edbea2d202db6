// An OAuth issuer on this machine, as large as the product sees one: its metadata, its keys, and tokens signed by jose.
import { createServer } from 'node:http';
import * as jose from 'jose';

export class Issuer {
  async start(path = '/realms/ops') {
    this.asked = []; // the paths that were fetched, in order
    this.path = path;
    this.keys = [];
    await this.renewKey();
    this.server = createServer((request, response) => this.#answer(request, response));
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.origin = `http://127.0.0.1:${this.server.address().port}`;
    this.name = `${this.origin}${path}`;
    return this;
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  // From now on it signs with a new key, and still publishes the older ones.
  async renewKey() {
    const { publicKey, privateKey } = await jose.generateKeyPair('ES256', { extractable: true });
    const kid = `key-${this.keys.length + 1}`;
    this.keys.push({ ...(await jose.exportJWK(publicKey)), kid, use: 'sig', alg: 'ES256' });
    this.signing = { kid, key: privateKey };
  }

  #answer(request, response) {
    this.asked.push(request.url);
    const documents = {
      [`/.well-known/oauth-authorization-server${this.path}`]: {
        issuer: this.name, jwks_uri: `${this.origin}/keys`, authorization_endpoint: `${this.name}/authorize`,
        token_endpoint: `${this.name}/token`, response_types_supported: ['code'], code_challenge_methods_supported: ['S256'],
      },
      '/keys': { keys: this.keys },
    };
    const document = documents[request.url];
    response.writeHead(document ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(document ?? {}));
  }

  // `now` in seconds; `changes` replace claims, and those that are undefined are left out.
  token(audience, now, changes = {}, signing = this.signing) {
    const claims = { iss: this.name, aud: audience, sub: 'f81d4fae', preferred_username: 'ann', scope: 'openid ops.read', iat: now, exp: now + 300, ...changes };
    return new jose.SignJWT(JSON.parse(JSON.stringify(claims))).setProtectedHeader({ alg: 'ES256', kid: signing.kid, typ: 'at+jwt' }).sign(signing.key);
  }
}
