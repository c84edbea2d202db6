// A rollback while it goes on: shows the answer of the call that began it, then asks rollback_status until it has ended.
const POLL_MS = 2_000;
const LONGEST_PAUSE_MS = 30_000;

const WORDS = {
  zh: {
    kind: '回滚', score: '严重程度', steps: '步骤', at: (time) => `更新于 ${time}`, live: '每 2 秒更新',
    away: '暂时取不到进展，还在重试', cancelled: '这次请求取消了。', alone: '没能连上显示这一页的程序。', seconds: (n) => `${n} 秒`, minutes: (m, s) => (s ? `${m} 分 ${s} 秒` : `${m} 分钟`),
    status: { waiting: '等待', done: '完成', running: '进行中', failed: '没有效果', undone: '已撤回', skipped: '跳过' },
    verdict: { running: '正在处理', recovered: '已恢复', undone: '已改回原样', handed_over: '需要你处理' },
  },
  en: {
    kind: 'Rollback', score: 'Severity', steps: 'Steps', at: (time) => `Updated ${time}`, live: 'updates every 2 s',
    away: 'No progress to be had at the moment; still trying', cancelled: 'This request was cancelled.', alone: 'This page could not reach the application that shows it.', seconds: (n) => `${n} s`, minutes: (m, s) => (s ? `${m} min ${s} s` : `${m} min`),
    status: { waiting: 'waiting', done: 'done', running: 'running', failed: 'no effect', undone: 'undone', skipped: 'skipped' },
    verdict: { running: 'In progress', recovered: 'Recovered', undone: 'Put back as it was', handed_over: 'Needs you' },
  },
};
const SHAPES = {
  done: 'M3 8.5 6.5 12 13 4.5', failed: 'M4 4 12 12M12 4 4 12', undone: 'M6 3 3 6 6 9M3 6H9.5A3.5 3.5 0 0 1 9.5 13H6',
  running: 'M8 2A6 6 0 1 1 2.8 5', skipped: 'M4 8H12',
};

const page = document.getElementById('page');
let shown = null;       // the newest answer
let reason = 'cancelled';  // why there is none: the name of the words
let updated = '';       // when it came, ISO 8601
let misses = 0;         // polls without an answer, in a row
let timer = 0;
let ended = false;      // the host takes the page away

const host = connectToHost('mcp-tencent-cloud-rollback', {
  onResult: show,
  onCancelled: () => showNothing('cancelled'),
  onAlone: () => showNothing('alone'),
  onContext: () => { if (shown) paint(); },
  onTeardown: () => { ended = true; clearTimeout(timer); },
});

function show(result) {
  shown = result;
  updated = new Date().toISOString();
  misses = 0;
  paint();
  plan();
}

function showNothing(why) {
  reason = why;
  shown ??= { isError: true, content: [] };
  paint();
}

const isRunning = () => shown.structuredContent?.verdict === 'running' && !shown.isError;
const isPolled = () => !ended && isRunning() && host.canCallTools() && textOr(shown.structuredContent.rollback_id) !== '';

function plan() {
  clearTimeout(timer);
  if (!isPolled()) return;
  timer = setTimeout(poll, Math.min(POLL_MS * 2 ** misses, LONGEST_PAUSE_MS));
}

async function poll() {
  try {
    const result = await host.callTool('rollback_status', { rollback_id: shown.structuredContent.rollback_id });
    if (ended) return;
    if (!result.isError && result.structuredContent) return show(result);
  } catch {
    if (ended) return;
  }
  misses += 1;
  paint();
  plan();
}

function paint() {
  const { data, words } = readAnswer(shown, host.context, WORDS);
  const view = { data, words, clock: clockOf(data.zone || host.context.timeZone) };
  const parts = shown.isError || !Array.isArray(data.steps)
    ? [element('p', 'message', spokenText(shown) || words[reason])]
    : [heading(view), verdict(view), steps(view), foot(view)];
  page.replaceChildren(...parts);
  page.setAttribute('aria-busy', String(isRunning()));
}

function heading({ data, words }) {
  return element('header', 'top', score(data.score, words), element('div', '',
    element('p', 'eyebrow', words.kind),
    element('h1', '', textOr(data.incident) || words.kind),
    textOr(data.target) ? element('p', 'target', element('span', 'service', data.target)) : null));
}

function score(value, words) {
  if (!isNumber(value)) return element('span');
  const part = Math.min(Math.max(value, 0), 100);
  const around = 2 * Math.PI * 28;
  const ring = element('div', `score ${part >= 70 ? 'high' : part < 30 ? 'low' : ''}`,
    drawing('svg', { viewBox: '0 0 68 68', 'aria-hidden': 'true' },
      drawing('circle', { class: 'rail', cx: 34, cy: 34, r: 28 }),
      drawing('circle', { class: 'arc', cx: 34, cy: 34, r: 28, 'stroke-dasharray': `${around * part / 100} ${around}` })),
    element('b', '', String(Math.round(part))));
  ring.setAttribute('role', 'img');
  ring.setAttribute('aria-label', `${words.score} ${Math.round(part)} / 100`);
  return ring;
}

function verdict({ data, words }) {
  const known = Object.hasOwn(words.verdict, data.verdict) ? data.verdict : 'running';
  const node = element('p', `verdict ${known}`, element('b', '', words.verdict[known]), element('span', '', textOr(data.speech)));
  node.setAttribute('role', 'status');
  return node;
}

function steps({ data, words, clock }) {
  return element('section', '', element('h2', '', words.steps), element('ol', '', ...data.steps.map((step) => {
    const status = Object.hasOwn(words.status, step?.status) ? step.status : 'waiting';
    const shape = SHAPES[status];
    const mark = element('span', 'mark', shape
      ? drawing('svg', { viewBox: '0 0 16 16' }, drawing('path', { d: shape })) : String(step?.number ?? ''));
    mark.setAttribute('aria-hidden', 'true');
    const time = [clock.second(step?.started), duration(step, words)].filter(Boolean).join(' · ');
    return element('li', `step ${status}`, mark,
      element('span', 'name', textOr(step?.name)),
      element('span', 'state', [words.status[status], time].filter(Boolean).join(' · ')),
      textOr(step?.reason) ? element('span', 'reason', step.reason) : null);
  })));
}

function duration(step, words) {
  const seconds = Math.round((Date.parse(step?.ended) - Date.parse(step?.started)) / 1000);
  if (!(seconds >= 0)) return '';
  return seconds < 60 ? words.seconds(seconds) : words.minutes(Math.floor(seconds / 60), seconds % 60);
}

function foot({ words, clock }) {
  const note = [words.at(clock.second(updated)), isPolled() && misses === 0 ? words.live : ''].filter(Boolean).join(' · ');
  return element('footer', 'foot', isPolled() && misses > 0 ? element('p', 'note warn', words.away) : null, element('p', 'note', note));
}
