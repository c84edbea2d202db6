// The stand-in as a process and the official SDK against it: what its judges share.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const require = createRequire(import.meta.url);

export class StandIn {
  static async start(...args) {
    assert.ok(process.env.MTC_BINARY, 'MTC_BINARY names the program');
    const child = spawn(process.env.MTC_BINARY, ['emulate', '--listen', '127.0.0.1:0', '--json', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    const failed = once(child, 'exit').then(([code]) => { throw new Error(`emulate ended with exit code ${code}`); });
    failed.catch(() => {});  // the exit after the tests is no failure
    const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), failed]);
    return new StandIn(child, JSON.parse(line));
  }
  constructor(child, about) {
    this.child = child;
    this.about = about;
    this.endpoint = new URL(about.url).host;
  }
  // product 'tke', version 'v20180525'
  client(product, version, region = 'ap-guangzhou') {
    const { [product]: service } = require(`tencentcloud-sdk-nodejs/tencentcloud/services/${product}`);
    return new service[version].Client({
      credential: { secretId: this.about.secret_id, secretKey: this.about.secret_key }, region,
      profile: { language: 'en-US', httpProfile: { endpoint: this.endpoint, protocol: 'http://', reqTimeout: 20 } },
    });
  }
  async control(path, body, status = 200) {
    const answer = await fetch(`http://${this.endpoint}/_emulator/${path}`, body === undefined ? {} : { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });
    assert.equal(answer.status, status);
    return answer.json();
  }
  // The stand-in's own time runs ahead: pools grow, alarms are judged.
  advance(seconds) {
    return this.control('advance', { seconds });
  }
  async stop() {
    this.child.kill('SIGTERM');
    const [code] = await once(this.child, 'exit');
    assert.equal(code, 0);
  }
}

export async function refused(code, promise) {
  await assert.rejects(promise, (error) => {
    assert.equal(error.code, code, error.message);
    return true;
  });
}
