/**
 * Follows one request: by websocket, and by asking every two seconds while the socket is down.
 * Events are hints; every connection and every poll begins with the state of the row.
 */

const POLL_MS = 2000;
const CONNECT_AGAIN_MS = [500, 1000, 2000, 5000];
const REFUSED = [4401, 4404];

/**
 * @param {{socketUrl: string, stateUrl: string, onEvent: (event: any) => void, onEnd?: () => void,
 *   WebSocket?: any, fetch?: any, setTimeout?: any, clearTimeout?: any}} options
 * @returns {() => void} stops following
 */
export function follow(options) {
  const open = options.WebSocket ?? globalThis.WebSocket;
  const later = options.setTimeout ?? ((fn, ms) => globalThis.setTimeout(fn, ms));
  const never = options.clearTimeout ?? ((id) => globalThis.clearTimeout(id));
  let stopped = false;
  let failures = 0;
  let socket = null;
  let pollTimer = null;
  let socketTimer = null;

  function connect() {
    socketTimer = null;
    socket = new open(options.socketUrl);
    socket.onmessage = (message) => {
      failures = 0;
      never(pollTimer);
      pollTimer = null;
      options.onEvent(JSON.parse(message.data));
    };
    socket.onclose = (event) => {
      if (stopped || REFUSED.includes(event.code)) return;
      const wait = CONNECT_AGAIN_MS[Math.min(failures, CONNECT_AGAIN_MS.length - 1)];
      failures += 1;
      socketTimer = later(connect, wait);
      pollTimer ??= later(poll, 0);
    };
  }

  async function poll() {
    try {
      const ask = options.fetch ?? globalThis.fetch;
      const response = await ask(options.stateUrl, { headers: { Accept: "application/json" } });
      if (response.ok && !stopped) options.onEvent(await response.json());
    } catch {
      // The server is away; the next poll asks again.
    }
    // A message that came meanwhile has set the timer to null: the socket is back.
    if (!stopped && pollTimer !== null) pollTimer = later(poll, POLL_MS);
  }

  connect();
  return () => {
    stopped = true;
    never(pollTimer);
    never(socketTimer);
    socket?.close();
  };
}
