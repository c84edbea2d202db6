// A host of MCP Apps that is not ours: the AppBridge of @modelcontextprotocol/ext-apps in a real Chromium, which shows
// our pages in a sandboxed frame as chat clients do.
import { build } from 'esbuild';
import { chromium } from 'playwright-core';

const ADDRESS = 'http://host.test/';
const HOST_PAGE = `<!DOCTYPE html><meta charset="utf-8"><style>
body { margin: 0; padding: 16px; background: Canvas; }
iframe { border: 1px solid #8884; border-radius: 14px; width: 100%; height: 60px; display: block; }</style>
<iframe sandbox="allow-scripts"></iframe><script type="module" src="/host.js"></script>`;
const HOST_SCRIPT = `
import { AppBridge, PostMessageTransport } from '@modelcontextprotocol/ext-apps/app-bridge';
window.show = async (html, capabilities, hostContext) => {
  const frame = document.querySelector('iframe');
  const bridge = window.bridge = new AppBridge(null, { name: 'host', version: '1' }, capabilities, { hostContext });
  const ready = new Promise((resolve) => bridge.addEventListener('initialized', resolve));
  bridge.addEventListener('sizechange', ({ height }) => { if (height) frame.style.height = height + 2 + 'px'; });
  bridge.oncalltool = (params) => window.callTool(params);
  bridge.onopenlink = async ({ url }) => { await window.openLink(url); return {}; };
  await bridge.connect(new PostMessageTransport(frame.contentWindow, frame.contentWindow));
  frame.srcdoc = html;
  await ready;
};
// Shows the page, but will have nothing to do with it; says so when the function is called that it leaves behind.
window.showUnwanted = (html) => {
  const asked = new Promise((resolve) => window.addEventListener('message', resolve, { once: true }));
  window.refuse = async () => {
    const { source, data: { id } } = await asked;
    source.postMessage({ jsonrpc: '2.0', id, error: { code: -32601, message: 'Method not found' } }, '*');
  };
  document.querySelector('iframe').srcdoc = html;
};`;

export async function startHost({ executablePath = process.env.MTC_CHROMIUM ?? '/usr/bin/chromium' } = {}) {
  const bundle = await build({
    stdin: { contents: HOST_SCRIPT, resolveDir: import.meta.dirname }, bundle: true, write: false, format: 'esm', logLevel: 'error',
  });
  const script = bundle.outputFiles[0].text;
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  return {
    close: () => browser.close(),
    open: (html, options) => openPage(browser, script, html, options),
  };
}

// tools: name → function of the arguments that answers a CallToolResult. refuses: the host knows nothing of Apps, and the
// page has only the browser's language to go by. Time stands still but for clock.runFor().
async function openPage(browser, script, html, {
  tools = {}, context: hostContext = { theme: 'light', locale: 'zh-CN' }, capabilities = { serverTools: {}, openLinks: {} },
  colorScheme = 'light', width = 720, refuses = false, locale = 'zh-CN',
} = {}) {
  const context = await browser.newContext({ colorScheme, locale, viewport: { width, height: 900 }, deviceScaleFactor: 2 });
  const page = await context.newPage();
  const seen = { calls: [], links: [], requests: [], errors: [] };
  await context.clock.install({ time: '2026-11-22T00:29:59Z' });
  await context.clock.pauseAt('2026-11-22T00:30:00Z');
  await page.route('**/*', (route) => {
    const url = route.request().url();
    if (url === ADDRESS) return route.fulfill({ contentType: 'text/html', body: HOST_PAGE });
    if (url === `${ADDRESS}host.js`) return route.fulfill({ contentType: 'text/javascript', body: script });
    seen.requests.push(url);
    return route.abort();
  });
  page.on('pageerror', (error) => seen.errors.push(error.message));
  page.on('console', (message) => { if (message.type() === 'error') seen.errors.push(message.text()); });
  page.on('dialog', (dialog) => { seen.errors.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  await page.exposeFunction('callTool', (params) => {
    seen.calls.push(params);
    const tool = tools[params.name];
    return tool ? tool(params.arguments) : { isError: true, content: [{ type: 'text', text: `unknown tool ${params.name}` }] };
  });
  await page.exposeFunction('openLink', (url) => { seen.links.push(url); });
  await page.exposeFunction('landed', () => {});
  await page.goto(ADDRESS);
  await page.waitForFunction(() => window.show);
  if (refuses) {
    await page.evaluate((text) => window.showUnwanted(text), html);
    await page.frameLocator('iframe').locator('main').waitFor();  // has its locale from now on
    await page.evaluate(() => window.refuse());
  } else {
    await page.evaluate(([text, can, about]) => window.show(text, can, about), [html, capabilities, hostContext]);
  }
  const bridge = (method, params) => page.evaluate(([name, value]) => window.bridge[name](value), [method, params]);
  return {
    page, seen, clock: context.clock,
    app: page.frameLocator('iframe'),
    input: (args) => bridge('sendToolInput', { arguments: args }),
    result: (result) => bridge('sendToolResult', { content: [], ...result }),
    cancelled: () => bridge('sendToolCancelled', {}),
    changeContext: (changes) => bridge('setHostContext', { ...hostContext, ...changes }),
    teardown: () => bridge('teardownResource', {}),
    // Once there and back, by the way that the page's calls take: what it asked for before is in `seen` then.
    settled: () => page.evaluate(async () => {
      await window.bridge?.request({ method: 'ping' });
      await window.landed();
    }),
    picture: (path) => page.screenshot({ path, fullPage: true }),
    close: () => context.close(),
  };
}
