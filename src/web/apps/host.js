// The page's side of MCP Apps (2026-01-26): JSON-RPC by postMessage with the window that shows the page.
const PROTOCOL_VERSION = '2026-01-26';
const ANSWER_WITHIN_MS = 30_000;
const METHOD_NOT_FOUND = -32601;

// handlers: onInput(arguments), onResult(callToolResult), onCancelled(), onContext(hostContext), onTeardown(), and onAlone()
// where nobody answers this page.
function connectToHost(name, handlers) {
  const waiting = new Map();
  const context = {};
  let capabilities = {};
  let lastId = 0;

  // A sandboxed page does not know its host's origin. Whatever it says came from there or from its person.
  const send = (message) => window.parent.postMessage({ jsonrpc: '2.0', ...message }, '*');
  const notify = (method, params = {}) => send({ method, params });

  function request(method, params) {
    const id = ++lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => settle(id, { error: { message: 'no answer' } }), ANSWER_WITHIN_MS);
      waiting.set(id, { resolve, reject, timer });
      send({ id, method, params });
    });
  }

  function settle(id, message) {
    const one = waiting.get(id);
    if (!one) return;
    waiting.delete(id);
    clearTimeout(one.timer);
    if (message.error) one.reject(new Error(String(message.error.message)));
    else one.resolve(message.result ?? {});
  }

  function take(changes) {
    Object.assign(context, changes);
    dress(context);
    handlers.onContext?.(context);
  }

  const notifications = {
    'ui/notifications/tool-input': (params) => handlers.onInput?.(params.arguments ?? {}),
    'ui/notifications/tool-result': (params) => handlers.onResult?.(params),
    'ui/notifications/tool-cancelled': () => handlers.onCancelled?.(),
    'ui/notifications/host-context-changed': take,
  };
  const requests = {
    ping: () => ({}),
    'ui/resource-teardown': () => { handlers.onTeardown?.(); return {}; },
  };

  window.addEventListener('message', ({ source, data }) => {
    if (source !== window.parent || data?.jsonrpc !== '2.0') return;
    if (data.method === undefined) return settle(data.id, data);
    if (data.id === undefined) return notifications[data.method]?.(data.params ?? {});
    const answer = requests[data.method];
    if (answer) send({ id: data.id, result: answer() });
    else send({ id: data.id, error: { code: METHOD_NOT_FOUND, message: 'Unknown method' } });
  });

  async function start() {
    let welcome;
    try {
      welcome = await request('ui/initialize', {
        protocolVersion: PROTOCOL_VERSION,
        appInfo: { name, version: '1.0.0' },
        appCapabilities: { availableDisplayModes: ['inline'] },
      });
    } catch {
      return handlers.onAlone?.();
    }
    capabilities = welcome.hostCapabilities ?? {};
    take(welcome.hostContext ?? {});
    notify('ui/notifications/initialized');
    let told = 0;
    new ResizeObserver(() => {
      const height = Math.ceil(document.body.getBoundingClientRect().height);
      if (height !== told) notify('ui/notifications/size-changed', { height: told = height });
    }).observe(document.body);
  }

  start();
  return {
    context,
    canCallTools: () => capabilities.serverTools !== undefined,
    canOpenLinks: () => capabilities.openLinks !== undefined,
    callTool: (tool, args) => request('tools/call', { name: tool, arguments: args }),
    openLink: (url) => request('ui/open-link', { url }),
  };
}

// Puts on the host's theme and colours.
function dress({ theme, styles, safeAreaInsets }) {
  const root = document.documentElement;
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
  for (const [key, value] of Object.entries(styles?.variables ?? {})) {
    if (/^--[a-z0-9-]+$/.test(key) && typeof value === 'string') root.style.setProperty(key, value);
  }
  for (const side of ['top', 'right', 'bottom', 'left']) {
    const inset = Number(safeAreaInsets?.[side]);
    if (inset > 0) document.body.style.setProperty(`padding-${side}`, `${inset}px`);
  }
}
