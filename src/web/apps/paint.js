// Small helpers to put text on a page. What comes from a server goes in as text, never as markup.

// element('p', 'lead good', 'text', other) → <p class="lead good">text…; null children are left out.
function element(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ''));
  return node;
}

function drawing(tag, attributes, ...children) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

// A log template with its variable parts, <*>, set apart.
function template(text) {
  const [first, ...rest] = text.split('<*>');
  return [first, ...rest.flatMap((part) => [element('span', 'variable', '∗'), part])];
}

function button(label, onClick, className = 'button') {
  const node = element('button', className, label);
  node.type = 'button';
  node.addEventListener('click', onClick);
  return node;
}

const textOr = (value, other = '') => (typeof value === 'string' ? value : other);
const listOf = (value) => (Array.isArray(value) ? value : []);
const isNumber = (value) => typeof value === 'number' && Number.isFinite(value);

// 'zh' or 'en': the language the answer is in, else the host's, else the browser's.
function languageOf(data, context) {
  const tag = textOr(data?.language) || textOr(context.locale) || navigator.language || 'en';
  return tag.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

// The data of an answer and the words for it, in whose language the page now is.
function readAnswer(result, context, wordsOf) {
  const data = result.structuredContent ?? {};
  const language = languageOf(data, context);
  const words = wordsOf[language];
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  document.title = words.kind;
  return { data, language, words };
}

function figures(number, language) {
  return isNumber(number) ? new Intl.NumberFormat(language).format(number) : '–';
}

// The moments of one zone: clock → 02:08, day → 11-22. A zone this browser does not know is read as UTC.
function clockOf(zone) {
  const format = (timeZone) => new Intl.DateTimeFormat('en-CA', {
    timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit',
    hour: '2-digit', minute: '2-digit', second: '2-digit',
  });
  let formatter;
  try { formatter = format(textOr(zone, 'UTC')); } catch { formatter = format('UTC'); }
  const parts = (iso) => {
    const time = Date.parse(iso);
    if (Number.isNaN(time)) return null;
    return Object.fromEntries(formatter.formatToParts(time).map(({ type, value }) => [type, value]));
  };
  const show = (write) => (iso) => { const p = parts(iso); return p ? write(p) : ''; };
  return {
    minute: show((p) => `${p.hour}:${p.minute}`),
    second: show((p) => `${p.hour}:${p.minute}:${p.second}`),
    day: show((p) => `${p.month}-${p.day}`),
    date: show((p) => `${p.year}-${p.month}-${p.day}`),
  };
}

// 02:08 – 02:14, with the days where they differ.
function span(from, to, clock) {
  if (!clock.minute(from)) return '';
  const day = clock.date(from) === clock.date(to) ? () => '' : (iso) => `${clock.day(iso)} `;
  return `${day(from)}${clock.minute(from)} – ${day(to)}${clock.minute(to)}`;
}

// What a tool said in words, for answers without data.
function spokenText(result) {
  return textOr(result?.structuredContent?.speech) ||
    listOf(result?.content).filter((part) => part?.type === 'text').map((part) => textOr(part.text)).join('\n');
}
