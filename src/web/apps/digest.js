// The report of the night as one card: shows the structured answer of greet and repeat_broadcast.
const WORDS = {
  zh: {
    kind: '夜间报告', lines: '日志', errors: '错误', warnings: '警告', fresh: '新错误', freshMark: '新出现',
    course: '错误的走势', most: (n, each) => `最多${each === 1 ? '一小时' : '一段'} ${n} 条`, hour: (when, n) => `${when}，${n} 条错误`,
    asks: '需要人看一下', problems: '主要问题', times: '次', told: '刚刚告诉你的', waiting: (n) => `还有 ${n} 条消息没说`,
    details: '讲细节', refresh: '刷新', open: '打开完整报告', busy: '正在取…', failed: '没有取到，再试一次',
    cancelled: '这次请求取消了。', alone: '没能连上显示这一页的程序。', empty: '没有可显示的报告。', perHours: (n) => `每 ${n} 小时`, unknown: '没有历史',
  },
  en: {
    kind: 'Report of the night', lines: 'Log lines', errors: 'Errors', warnings: 'Warnings', fresh: 'New errors', freshMark: 'new',
    course: 'Errors over time', most: (n, each) => `at most ${n} in ${each === 1 ? 'an hour' : 'one of them'}`, hour: (when, n) => `${when}: ${n} errors`,
    asks: 'Needs a look', problems: 'Main problems', times: '×', told: 'Just told', waiting: (n) => `${n} more messages are waiting`,
    details: 'Tell details', refresh: 'Refresh', open: 'Open the full report', busy: 'Loading…', failed: 'That failed; try again',
    cancelled: 'This request was cancelled.', alone: 'This page could not reach the application that shows it.', empty: 'There is no report to show.', perHours: (n) => `${n} hours each`, unknown: 'no history yet',
  },
};

const page = document.getElementById('page');
let asked = {};        // the arguments of the call whose answer is shown
let shown = null;      // that answer
let reason = 'cancelled';  // why there is none: the name of the words
let details = '';      // the spoken details, once asked for
let busy = '';         // the button that waits: 'details', 'refresh'
let failed = false;    // the last button did not get its answer

const host = connectToHost('mcp-tencent-cloud-digest', {
  onInput: (args) => { asked = args; },
  onResult: (result) => { shown = result; details = ''; paint(); },
  onCancelled: () => showNothing('cancelled'),
  onAlone: () => showNothing('alone'),
  onContext: () => { if (shown) paint(); },
});

function showNothing(why) {
  reason = why;
  shown ??= { isError: true, content: [] };
  paint();
}

// The same morning again: a past one by its date, else the newest.
const sameMorning = () => (textOr(asked.date) ? { date: asked.date } : {});

async function ask(which, args, use) {
  busy = which;
  failed = false;
  paint();
  try {
    const result = await host.callTool('repeat_broadcast', args);
    if (result.isError) failed = true; else use(result);
  } catch {
    failed = true;
  }
  busy = '';
  paint();
}

function paint() {
  const { data, language, words } = readAnswer(shown, host.context, WORDS);
  const summary = data.summary && typeof data.summary === 'object' ? data.summary : null;
  const view = { data, summary, language, words, clock: clockOf(summary?.zone) };
  const focused = document.activeElement?.dataset?.action;
  page.replaceChildren(...(shown.isError ? [trouble(view)] : report(view)));
  page.setAttribute('aria-busy', String(busy !== ''));
  if (focused) page.querySelector(`[data-action="${focused}"]`)?.focus();
}

function trouble({ words }) {
  return element('p', 'message', spokenText(shown) || words[reason]);
}

function report(view) {
  const { summary, data, words } = view;
  const parts = summary
    ? [heading(view), tiles(view), lead(view), questions(view), course(view), problems(view)]
    : [element('p', 'lead', spokenText(shown) || words.empty), told(view)];
  if (details) parts.push(element('p', 'message', details));
  if (isNumber(data.waiting) && data.waiting > 0) parts.push(element('p', 'note', words.waiting(data.waiting)));
  parts.push(foot(view));
  return parts.filter(Boolean);
}

function heading({ summary, words, clock }) {
  const from = `${clock.date(summary.from)} ${clock.minute(summary.from)}`;
  const sameDay = clock.date(summary.from) === clock.date(summary.to);
  const to = `${sameDay ? '' : `${clock.day(summary.to)} `}${clock.minute(summary.to)}`;
  return element('header', '',
    element('p', 'eyebrow', words.kind),
    element('h1', '', textOr(summary.scope) || words.kind),
    clock.date(summary.from) ? element('p', 'period', `${from} – ${to} (${textOr(summary.zone)})`) : null);
}

function tile(label, number, note, tone) {
  return element('div', 'tile', element('dt', '', label), element('dd', `number ${tone}`, number),
    note ? element('dd', 'note', note) : null);
}

function tiles({ summary, language, words }) {
  const known = isNumber(summary.new_errors);
  return element('dl', 'tiles',
    tile(words.errors, figures(summary.errors, language), textOr(summary.compared), summary.errors > 0 ? 'bad' : 'good'),
    tile(words.warnings, figures(summary.warnings, language), '', summary.warnings > 0 ? 'warn' : ''),
    tile(words.fresh, known ? figures(summary.new_errors, language) : '–', known ? '' : words.unknown, summary.new_errors > 0 ? 'bad' : ''),
    tile(words.lines, figures(summary.lines, language), '', ''));
}

function lead({ summary, data }) {
  const raised = listOf(summary.hours).some((hour) => hour?.raised === true);
  const tone = listOf(summary.questions).length > 0 ? 'troubled' : raised ? '' : 'calm';
  return element('p', `lead ${tone}`, textOr(data.speech));
}

function told({ data, words }) {
  const items = listOf(data.told);
  return items.length === 0 ? null
    : element('section', 'told', element('h2', '', words.told), element('ul', '', ...items.map((text) => element('li', '', textOr(text)))));
}

function questions({ summary, words }) {
  const items = listOf(summary.questions);
  return items.length === 0 ? null
    : element('section', 'asks', element('h2', '', words.asks), element('ul', '', ...items.map((text) => element('li', '', ...template(textOr(text))))));
}

// One bar for each part of the period; those in a spike stand out. The figures are read out as a list.
function course({ summary, language, words, clock }) {
  const hours = listOf(summary.hours).filter((hour) => isNumber(hour?.errors));
  const most = Math.max(0, ...hours.map((hour) => hour.errors));
  if (hours.length < 2 || most === 0) return null;
  const each = isNumber(summary.hours_each) ? summary.hours_each : 1;
  const label = (iso) => (each >= 24 ? clock.day(iso) : clock.minute(iso));
  const height = 100;
  const step = 1000 / hours.length;
  const bars = hours.map((hour, i) => {
    const size = hour.errors > 0 ? Math.max(height * hour.errors / most, 1.5) : 0;
    return drawing('rect', {
      class: hour.raised === true ? 'bar hot' : 'bar', x: i * step + step * 0.14, width: step * 0.72,
      y: height - size, height: size,
    }, drawing('title', {}, words.hour(label(hour.begin), figures(hour.errors, language))));
  });
  const chart = drawing('svg', { class: 'chart', viewBox: `0 0 1000 ${height}`, preserveAspectRatio: 'none', role: 'img',
    'aria-label': hours.filter((hour) => hour.errors > 0).map((hour) => words.hour(label(hour.begin), hour.errors)).join('; ') },
    ...bars, drawing('line', { class: 'floor', x1: 0, x2: 1000, y1: height, y2: height, 'vector-effect': 'non-scaling-stroke' }));
  const marks = [0, 0.25, 0.5, 0.75].map((part) => hours[Math.floor(part * hours.length)].begin).concat(summary.to);
  return element('section', '',
    element('h2', '', words.course, each > 1 ? ` · ${words.perHours(each)}` : '', element('span', 'most', words.most(figures(most, language), each))),
    chart, element('div', 'hours note', ...marks.map((iso) => element('span', '', label(iso)))));
}

function problems({ summary, language, words, clock }) {
  const items = listOf(summary.problems);
  if (items.length === 0) return null;
  const most = Math.max(1, ...items.map((item) => (isNumber(item.count) ? item.count : 0)));
  return element('section', '', element('h2', '', words.problems), element('ul', '', ...items.map((item) => {
    const bar = element('span');
    bar.style.width = `${Math.max(1, 100 * (isNumber(item.count) ? item.count : 0) / most)}%`;
    const when = span(item.first, item.last, clock);
    return element('li', 'problem',
      element('div', 'line',
        element('span', 'count bad', `${figures(item.count, language)} ${words.times}`),
        textOr(item.service) ? element('span', 'service', item.service) : null,
        item.new === true ? element('span', 'fresh', words.freshMark) : null,
        when ? element('span', 'when', when) : null),
      element('code', '', ...template(textOr(item.text))),
      items.length > 1 ? element('div', 'meter', bar) : null);
  })));
}

function action(name, label, { words }, onClick) {
  const node = button(busy === name ? words.busy : label, onClick);
  node.dataset.action = name;
  node.disabled = busy !== '';
  return node;
}

function foot(view) {
  const { data, summary, words } = view;
  const buttons = [];
  if (host.canCallTools() && summary) {
    buttons.push(action('details', words.details, view, () =>
      ask('details', { ...sameMorning(), details: true }, (result) => { details = spokenText(result); })));
  }
  if (host.canCallTools()) {
    buttons.push(action('refresh', words.refresh, view, () =>
      ask('refresh', sameMorning(), (result) => { shown = result; details = ''; })));
  }
  const link = textOr(data.link);
  if (/^https?:\/\//.test(link) && host.canOpenLinks()) {
    buttons.push(action('open', words.open, view, () => host.openLink(link).catch(() => { failed = true; paint(); })));
  }
  return element('footer', 'foot', ...buttons, failed ? element('p', 'note bad', words.failed) : null,
    summary ? element('p', 'note', textOr(summary.coverage)) : null);
}
