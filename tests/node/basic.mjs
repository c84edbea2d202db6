// The basic service over the demo's night and its cluster: what is asked of it, what it says, and the ways to look behind it.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, describe } from 'node:test';
import { kubectlWith } from './kube.mjs';
import { call, makeHome, modern, post, run, settingsFor, start, startCloud } from './program.mjs';

const require = createRequire(import.meta.url);
export const cluster = '广州生产集群';
const digits = { 零: 0, 〇: 0, 一: 1, 幺: 1, 二: 2, 两: 2, 三: 3, 四: 4, 五: 5, 六: 6, 七: 7, 八: 8, 九: 9 };

// Mornings are prepared in the last minute of the day: else that happens as soon as the server starts, from five o'clock
// on, and its questions meet the faults that are meant for others.
const nothingByItself = '  prepare_at: "23:59"\n';
const safety = 'safety:\n  changes_per_target_in_ten_minutes: 50\n  changes_per_user_an_hour: 500\n';

// A server and its stand-in. zhangsan (张三) and john, who speaks English, may change things; admin is who we are sure of.
// `sections` are more settings; with `repairs` zhangsan may roll back, so the product may on their behalf.
export async function startBasic({ sections = '', repairs = false } = {}) {
  const home = makeHome();
  delete home.env.MTC_START_TIME;  // the official SDK signs with the real time
  const cloud = await startCloud(home, ['--demo-night', '--kubernetes']);
  const file = settingsFor(home, cloud, 'basic.yaml', [], nothingByItself + safety + sections);
  run(home, ['user', 'add', 'zhangsan', '--display-name', '张三', '--window', '00:00-24:00', ...(repairs ? ['--rollback'] : [])]);
  run(home, ['user', 'add', 'john', '--language', 'en', '--window', '00:00-24:00']);
  const token = (name, ...args) => run(home, ['token', 'create', name, ...args]).trim();
  const tokens = {
    zhangsan: token('zhangsan', '--scope', 'ops.operate', '--trust', 'voice'),
    admin: token('zhangsan', '--scope', 'ops.admin', '--trust', 'strong'),
    device: token('zhangsan', '--scope', 'ops.operate'),
    reader: token('zhangsan', '--scope', 'ops.read', '--trust', 'strong'),
    john: token('john', '--scope', 'ops.operate', '--trust', 'voice'),
  };
  const serve = () => start(home, ['serve', '--json', '--config', file], { env: cloud.keys });
  const world = { home, cloud, tokens, file, serve, kubectl: kubectlWith(home, cloud.info.kubernetes.kubeconfig), server: await serve() };
  return Object.assign(world, {
    // What a tool says and shows; `profile` is that of those who listen, if it is named.
    async tool(name, args = {}, { as = 'zhangsan', server = world.server, profile } = {}) {
      const body = profile ? await inProfile(server, profile, tokens[as], name, args) : (await call(server.info.url, tokens[as], name, args)).body;
      assert.ok(body.result, JSON.stringify(body));
      const texts = body.result.content.filter(({ type }) => type === 'text').map(({ text }) => text);
      return { speech: texts[0], data: body.result.structuredContent, content: body.result.content, failed: body.result.isError === true, whole: JSON.stringify(body) };
    },
    // Asks for it, says the code if one is wanted, and answers both.
    async confirmed(name, args, options) {
      const plan = await world.tool(name, args, options);
      const code = codeIn(plan.speech);
      return { plan, done: code ? await world.tool('confirm_plan', { code }, options) : plan };
    },
    tools: async (as, profile) => (profile ? await inProfile(world.server, profile, tokens[as]) : (await post(world.server.info.url, tokens[as], 'tools/list')).body).result.tools,
    faults: (body = {}) => told(`${cloud.info.url}/_emulator/faults`, body),
    clusterFaults: (body = {}) => told(`${cloud.info.kubernetes.control}/faults`, body),
    stats: async () => (await fetch(`${cloud.info.url}/_emulator/stats`)).json(),
    advance: (seconds) => told(`${cloud.info.url}/_emulator/advance`, { seconds }),
    sdk(product, version) {
      const { [product]: service } = require(`tencentcloud-sdk-nodejs/tencentcloud/services/${product}`);
      return new service[version].Client({
        credential: { secretId: cloud.info.secret_id, secretKey: cloud.info.secret_key }, region: 'ap-guangzhou',
        profile: { httpProfile: { endpoint: new URL(cloud.info.url).host, protocol: 'http://' } },
      });
    },
    async stop() {
      await world.server.stop();
      await cloud.stop();
      home.remove();
    },
  });
}

// Tests, one after the other, in a world of their own.
export function basicSuite(name, body, options) {
  describe(name, { concurrency: 1 }, () => {
    const world = {};
    before(async () => Object.assign(world, await startBasic(options)));
    after(() => world.stop?.());
    body(world);
  });
}

async function told(url, body) {
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  assert.equal(answer.status, 200, await answer.text());
}

async function inProfile(server, profile, token, name, args) {
  const request = name ? modern(token, 'tools/call', { name, arguments: args }) : modern(token, 'tools/list');
  const response = await fetch(`${server.info.url}/mcp?profile=${profile}`, request);
  const text = await response.text();
  return JSON.parse(text.startsWith('{') ? text : text.split('\n').filter((line) => line.startsWith('data: ')).at(-1).slice('data: '.length));
}

// The four digits that are to be said, if there are any.
export function codeIn(speech) {
  const said = /确认请说：确认\s*(\p{Script=Han}{4})/u.exec(speech)?.[1];
  if (said) return [...said].map((digit) => digits[digit]).join('');
  return /say: confirm ([\d ]+)/i.exec(speech)?.[1].replaceAll(' ', '');
}

// Fit for the ear: short, without what only readers can use, and in the person's language.
export function assertHeard({ speech, whole }, world, language = 'zh') {
  assert.ok(speech, 'something is said');
  assert.ok([...speech].length <= (language === 'zh' ? 300 : 600), `too long: ${speech}`);
  assert.doesNotMatch(speech, /[{}<>[\]`\\|\n\t]|HTTP|RequestId|https?:|127\.0\.0\.1|localhost|\b[45]\d\d\b|null|undefined|exception|stack|::|[a-z]\.cc\b/i);
  assert.doesNotMatch(speech, /[A-Z][a-z]+[A-Z]\w+\.[A-Z]\w+|RequestLimitExceeded|InternalError|UnauthorizedOperation/);
  if (language === 'zh') assert.doesNotMatch(speech, /[a-z]+ [a-z]+ [a-z]+ [a-z]+/i);
  else assert.doesNotMatch(speech.replaceAll(/(广州|上海|北京)(生产|测试|灾备)集群/g, ''), /\p{Script=Han}/u);
  for (const secret of [world.cloud.info.secret_key, ...Object.values(world.tokens), 'PRIVATE KEY']) assert.ok(!whole.includes(secret), 'no secret');
}
