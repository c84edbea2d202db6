// The App pages in a host that is not ours: AppBridge of @modelcontextprotocol/ext-apps, in a real Chromium.
// usage: MTC_APP_PAGES=…/src/web/apps [MTC_CHROMIUM=/usr/bin/chromium] node --test apps.test.mjs
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { startHost } from './apps_host.mjs';

const chromium = process.env.MTC_CHROMIUM ?? '/usr/bin/chromium';
const skip = existsSync(chromium) ? false : `${chromium} is missing; install the package chromium`;
const pageOf = (name) => readFileSync(join(process.env.MTC_APP_PAGES, `${name}.html`), 'utf8');
// What the services' own unit tests hold to be their answers.
const answerOf = (name) =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../src/services/devops/testdata', `${name}.json`), 'utf8'));
const HOSTILE = '<img src=x onerror=alert(1)><script>alert(2)</script>\u202egnp';

let host;
before(async () => { if (!skip) host = await startHost({ executablePath: chromium }); });
after(() => host?.close());

// Opens the page with an answer, hands it to the test, and wants it to have asked the network for nothing and to have
// thrown nothing.
async function shown(page, data, options, check) {
  const app = await host.open(pageOf(page), options);
  try {
    if (data) {
      await app.result({ content: [{ type: 'text', text: data.speech ?? '' }], structuredContent: data });
      await app.app.locator('footer').waitFor();
    }
    await check(app);
    await app.settled();
    assert.deepEqual(app.seen.requests, []);
    assert.deepEqual(app.seen.errors, []);
  } finally {
    await app.close();
  }
}
const textOf = (app, selector) => app.app.locator(selector).allInnerTexts();
const background = (app) => app.app.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor);

describe('the digest page', { skip }, () => {
  const answer = answerOf('broadcast_answer');

  test('shows the figures first, then what was spoken, then the problems', () => shown('digest', answer, {}, async (app) => {
    const { summary } = answer;
    const tiles = await textOf(app, '.tile .number');
    assert.deepEqual(tiles, [summary.errors, summary.warnings, summary.new_errors, summary.lines].map((n) => n.toLocaleString('zh')));
    assert.equal((await textOf(app, 'h1'))[0], summary.scope);
    assert.equal((await textOf(app, '.lead'))[0], answer.speech);
    assert.equal(await app.app.locator('.problem').count(), summary.problems.length);
    assert.equal(await app.app.locator('.chart .bar').count(), summary.hours.length);
    assert.equal(await app.app.locator('.chart .hot').count(), summary.hours.filter((hour) => hour.raised).length);
    assert.equal((await textOf(app, '.period'))[0], '2026-11-21 06:00 – 11-22 06:00 (Asia/Shanghai)');
  }));

  test('asks the host for the size it needs', () => shown('digest', answer, {}, async (app) => {
    await app.page.waitForFunction(() => parseInt(document.querySelector('iframe').style.height, 10) > 500);
    const overflows = await app.app.locator('html').evaluate((root) => root.scrollHeight > root.clientHeight);
    assert.equal(overflows, false);
  }));

  test('fits a narrow window', () => shown('digest', answer, { width: 320 }, async (app) => {
    assert.equal(await app.app.locator('html').evaluate((root) => root.scrollWidth > root.clientWidth), false);
  }));

  test('tells the details through the host', () => shown('digest', answer, {
    tools: { repeat_broadcast: () => ({ content: [{ type: 'text', text: '第一，payment 连不上数据库。' }], structuredContent: {} }) },
  }, async (app) => {
    await app.app.getByRole('button', { name: '讲细节' }).click();
    await app.app.getByText('第一，payment 连不上数据库。').waitFor();
    assert.deepEqual(app.seen.calls, [{ name: 'repeat_broadcast', arguments: { details: true } }]);
  }));

  test('asks for the details of the day it was asked for', async () => {
    const app = await host.open(pageOf('digest'), { tools: { repeat_broadcast: () => ({ content: [{ type: 'text', text: '细节。' }] }) } });
    await app.input({ date: '2026-11-20' });
    await app.result({ structuredContent: answer });
    await app.app.getByRole('button', { name: '讲细节' }).click();
    await app.app.getByText('细节。').waitFor();
    assert.deepEqual(app.seen.calls[0].arguments, { date: '2026-11-20', details: true });
    await app.close();
  });

  test('shows the newer answer after a refresh', () => shown('digest', answer, {
    tools: { repeat_broadcast: () => ({ content: [], structuredContent: { ...answer, speech: '现在一切正常。' } }) },
  }, async (app) => {
    await app.app.getByRole('button', { name: '刷新' }).click();
    await app.app.getByText('现在一切正常。').waitFor();
  }));

  test('keeps what it shows when a call fails, and says so', () => shown('digest', answer, {
    tools: { repeat_broadcast: () => ({ isError: true, content: [{ type: 'text', text: 'no' }] }) },
  }, async (app) => {
    await app.app.getByRole('button', { name: '刷新' }).click();
    await app.app.getByText('没有取到，再试一次').waitFor();
    assert.equal((await textOf(app, '.lead'))[0], answer.speech);
    assert.equal(await app.app.getByRole('button', { name: '刷新' }).isEnabled(), true);
  }));

  test('opens the full report through the host', () => shown('digest', answer, {}, async (app) => {
    await app.app.getByRole('button', { name: '打开完整报告' }).click();
    await until(() => app.seen.links.length > 0);
    await app.settled();
    assert.deepEqual(app.seen.links, [answer.link]);
  }));

  test('offers no button that the host cannot serve', () => shown('digest', answer, { capabilities: {} }, async (app) => {
    assert.equal(await app.app.getByRole('button').count(), 0);
  }));

  test('opens nothing but web addresses', () => shown('digest', { ...answer, link: 'javascript:alert(1)' }, {}, async (app) => {
    assert.equal(await app.app.getByRole('button', { name: '打开完整报告' }).count(), 0);
  }));

  test('follows the theme of the host, also when it changes', () => shown('digest', answer, { colorScheme: 'light', context: { theme: 'dark', locale: 'zh-CN' } }, async (app) => {
    const dark = await background(app);
    assert.notEqual(dark, 'rgb(255, 255, 255)');
    await app.changeContext({ theme: 'light' });
    await app.app.locator('html[data-theme=light]').waitFor({ state: 'attached' });
    assert.equal(await background(app), 'rgb(255, 255, 255)');
  }));

  test('follows the browser where the host has no theme', () => shown('digest', answer, { colorScheme: 'dark', context: {} }, async (app) => {
    assert.notEqual(await background(app), 'rgb(255, 255, 255)');
  }));

  test('wears the colours of the host', () => shown('digest', answer, {
    context: { theme: 'light', styles: { variables: { '--color-background-primary': 'rgb(250, 240, 230)' } } },
  }, async (app) => {
    assert.equal(await background(app), 'rgb(250, 240, 230)');
  }));

  test('speaks the language of the answer, else of the host', async () => {
    await shown('digest', { ...answer, language: 'en' }, {}, async (app) => {
      assert.equal(await app.app.getByRole('button', { name: 'Tell details' }).count(), 1);
      assert.equal(await app.app.locator('html').getAttribute('lang'), 'en');
    });
    await shown('digest', { ...answer, language: undefined }, { context: { locale: 'en-GB' } }, async (app) => {
      assert.equal(await app.app.getByRole('button', { name: 'Tell details' }).count(), 1);
    });
  });

  test('shows a short greeting and what was told with it', () => shown('digest',
    { kind: 'hello', language: 'zh', speech: '在呢。磁盘快满了。', told: ['磁盘快满了。'], waiting: 2 }, {}, async (app) => {
      assert.equal((await textOf(app, '.lead'))[0], '在呢。磁盘快满了。');
      assert.deepEqual(await textOf(app, '.told li'), ['磁盘快满了。']);
      await app.app.getByText('还有 2 条消息没说').waitFor();
    }));

  test('shows the words of a failure', () => shown('digest', null, {}, async (app) => {
    await app.result({ isError: true, content: [{ type: 'text', text: '你的令牌已经过期。' }] });
    await app.app.getByText('你的令牌已经过期。').waitFor();
  }));

  test('says that a call was cancelled', () => shown('digest', null, {}, async (app) => {
    await app.cancelled();
    await app.app.getByText('这次请求取消了。').waitFor();
  }));

  test('puts text from logs in as text, wherever it stands', () => {
    const { summary } = answer;
    const hostile = { ...answer, speech: HOSTILE, summary: { ...summary, scope: HOSTILE, zone: HOSTILE, compared: HOSTILE, coverage: HOSTILE,
      questions: [HOSTILE], problems: [{ ...summary.problems[0], text: HOSTILE, service: HOSTILE, count: HOSTILE }],
      hours: [{ begin: HOSTILE, errors: 3 }, { begin: null, errors: 1 }, { errors: HOSTILE }] } };
    return shown('digest', hostile, {}, async (app) => {
      assert.equal(await app.app.locator('img').count(), 0);
      assert.equal(await app.app.locator('main script').count(), 0);
      assert.equal((await textOf(app, 'h1'))[0], HOSTILE);
    });
  });

  test('survives an answer of any shape', async () => {
    for (const data of [{}, { summary: [] }, { summary: {} }, { speech: 7, told: 'x', summary: { hours: {}, problems: null, questions: 3 } }]) {
      await shown('digest', data, {}, async () => {});
    }
  });

  test('has a name for everything a screen reader comes to', () => shown('digest', answer, {}, async (app) => {
    assert.equal(await app.app.getByRole('img', { name: '02:00' }).count(), 1);
    assert.equal(await app.app.getByRole('heading', { level: 1 }).count(), 1);
    assert.equal(await app.app.getByRole('button', { name: /.+/ }).count(), await app.app.getByRole('button').count());
  }));
});

describe('the rollback page', { skip }, () => {
  const answer = answerOf('rollback_progress');
  const recovered = { ...answer, verdict: 'recovered', speech: '回滚完成，三个副本都正常。', steps: answer.steps.map((step) =>
    step.status === 'running' ? { ...step, status: 'done', ended: '2026-11-21T18:14:00.000Z' }
      : step.status === 'waiting' ? { ...step, status: 'skipped', reason: '已经恢复，不需要了' } : step) };

  test('shows how it stands and every step', () => shown('rollback', answer, {}, async (app) => {
    assert.equal((await textOf(app, 'h1'))[0], answer.incident);
    assert.equal(await app.app.getByRole('img', { name: '严重程度 78 / 100' }).count(), 1);
    assert.match((await textOf(app, '.verdict'))[0], /^正在处理\s*重启没有好转/);
    assert.deepEqual(await textOf(app, '.step .name'), answer.steps.map((step) => step.name));
    assert.deepEqual(await textOf(app, '.step .state'),
      ['没有效果 · 02:09:00 · 1 分 40 秒', '已撤回 · 02:10:40 · 50 秒', '进行中 · 02:11:30', '等待']);
  }));

  test('asks rollback_status every two seconds until it has ended', async () => {
    const answers = [answer, answer, recovered];
    await shown('rollback', answer, { tools: { rollback_status: () => ({ content: [], structuredContent: answers.shift() }) } }, async (app) => {
      for (const calls of [1, 2, 3]) {
        await app.clock.runFor(1_900);
        await app.settled();
        assert.equal(app.seen.calls.length, calls - 1);
        await app.clock.runFor(100);
        await until(() => app.seen.calls.length === calls);
        await app.app.getByText(`更新于 08:30:0${calls * 2}`).waitFor();
      }
      assert.deepEqual(app.seen.calls[0], { name: 'rollback_status', arguments: { rollback_id: answer.rollback_id } });
      await app.app.getByText('已恢复', { exact: true }).waitFor();
      assert.equal(await app.app.locator('.step.done').count(), 1);
      await app.clock.runFor(60_000);
      await app.settled();
      assert.equal(app.seen.calls.length, 3);
    });
  });

  test('asks less often while nobody answers, and goes on when somebody does', async () => {
    let broken = true;
    const rollback_status = () => (broken ? { isError: true, content: [] } : { content: [], structuredContent: recovered });
    await shown('rollback', answer, { tools: { rollback_status } }, async (app) => {
      await app.clock.runFor(2_000);
      await app.app.getByText('暂时取不到进展，还在重试').waitFor();
      await app.clock.runFor(3_900);
      await app.settled();
      assert.equal(app.seen.calls.length, 1);
      broken = false;
      await app.clock.runFor(100);
      await app.app.getByText('已恢复', { exact: true }).waitFor();
      assert.equal(app.seen.calls.length, 2);
    });
  });

  test('stops asking when the host takes it away', () => shown('rollback', answer,
    { tools: { rollback_status: () => ({ content: [], structuredContent: answer }) } }, async (app) => {
      await app.teardown();
      await app.clock.runFor(60_000);
      await app.settled();
      assert.deepEqual(app.seen.calls, []);
    }));

  test('asks nothing of a host that calls no tools, and does not say that it would', async () => {
    const asksNothing = async (app) => {
      await app.clock.runFor(10_000);
      await app.settled();
      assert.deepEqual(app.seen.calls, []);
      assert.deepEqual(await textOf(app, 'footer'), ['更新于 08:30:00']);
    };
    await shown('rollback', answer, { capabilities: {} }, asksNothing);
    await shown('rollback', { ...answer, rollback_id: undefined }, {}, asksNothing);
  });

  test('says how often it asks while it does', () => shown('rollback', answer,
    { tools: { rollback_status: () => ({ content: [], structuredContent: answer }) } }, async (app) => {
      assert.deepEqual(await textOf(app, 'footer'), ['更新于 08:30:00 · 每 2 秒更新']);
    }));

  test('has a word for every end', async () => {
    for (const [verdict, word] of [['recovered', '已恢复'], ['undone', '已改回原样'], ['handed_over', '需要你处理']]) {
      await shown('rollback', { ...answer, verdict }, {}, async (app) => {
        assert.equal((await textOf(app, '.verdict b'))[0], word);
      });
    }
  });

  test('fits a narrow window, in English and in the dark', () => shown('rollback', { ...recovered, language: 'en' },
    { width: 320, context: { theme: 'dark' } }, async (app) => {
      assert.equal(await app.app.locator('html').evaluate((root) => root.scrollWidth > root.clientWidth), false);
      assert.match((await textOf(app, '.verdict'))[0], /^Recovered/);
    }));

  test('puts text from outside in as text', () => shown('rollback',
    { ...answer, incident: HOSTILE, target: HOSTILE, speech: HOSTILE, zone: HOSTILE, verdict: '__proto__', score: HOSTILE,
      steps: [{ number: HOSTILE, name: HOSTILE, status: 'constructor', reason: HOSTILE, started: HOSTILE }, null, 7] }, {}, async (app) => {
      assert.equal(await app.app.locator('img').count(), 0);
      assert.equal((await textOf(app, 'h1'))[0], HOSTILE);
      assert.equal(await app.app.locator('.step.waiting').count(), 3);
    }));
});

describe('a page whose host will have nothing to do with it', { skip }, () => {
  for (const page of ['digest', 'rollback']) {
    for (const [locale, words] of [['zh-CN', '没能连上显示这一页的程序。'], ['en-US', 'This page could not reach the application that shows it.']]) {
      test(`${page}: says so in the language of the browser, ${locale}`, () => shown(page, null, { refuses: true, locale }, async (app) => {
        await app.app.getByText(words, { exact: true }).waitFor();
      }));
    }
  }
});

// Gives the messages between the frames and this process time to arrive.
async function until(condition, limit = 20_000) {
  for (const end = performance.now() + limit; !condition();) {
    assert.ok(performance.now() < end, `not seen in time: ${condition}`);
    await new Promise(setImmediate);
  }
}
