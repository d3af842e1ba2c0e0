#!/usr/bin/env bash
# `data` of useWebSocket() of @vueuse/core 14.4.0 holds the last message. The guess was that watch(data, …) is called for each
# message, or misses some where several come in one turn. It misses each one that equals the one before, however slowly they
# come, with flush: 'sync' too: the ref holds the text, and a ref that gets the value that it has tells nothing. Two orders of
# the same thing are one. With `heartbeat: true` a message "ping", which is both what is sent and the answer that is waited for,
# reaches neither `data` nor onMessage, though a user may have written it. onMessage is called for all others. Seen on Node 20
# with vue 3.5.45 and happy-dom 21.0.4, for on, on, off, off, ping, on, with 50 ms between them:
#   watch: on, off, ping, on
#   watch, flush sync: on, off, ping, on
#   onMessage: on, on, off, off, ping, on
#   heartbeat, watch: on, off, on
#   heartbeat, watch, flush sync: on, off, on
#   heartbeat, onMessage: on, on, off, off, on
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @vueuse/core@14.4.0 vue@3.5.45 happy-dom@21.0.4 ws@8.23.0
cat > run.mjs <<'JS'
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { Window } from 'happy-dom';
import { WebSocket, WebSocketServer } from 'ws';

const window = new Window();
Object.assign(globalThis, { window, document: window.document, WebSocket });
const { useWebSocket } = await import('@vueuse/core');
const { effectScope, watch } = await import('vue');

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
await once(server, 'listening');
server.on('connection', async (socket) => {
  for (const text of ['on', 'on', 'off', 'off', 'ping', 'on']) {
    await wait(50);
    socket.send(text);
  }
  await wait(50);
  socket.close();
});

async function tell(prefix, heartbeat) {
  const seen = { watch: [], 'watch, flush sync': [], onMessage: [] };
  const scope = effectScope();
  await new Promise((onDisconnected) =>
    scope.run(() => {
      const onMessage = (_socket, event) => seen.onMessage.push(event.data);
      const url = `ws://127.0.0.1:${server.address().port}`;
      const { data } = useWebSocket(url, { heartbeat, onMessage, onDisconnected });
      watch(data, (text) => seen.watch.push(text));
      watch(data, (text) => seen['watch, flush sync'].push(text), { flush: 'sync' });
    }),
  );
  scope.stop();
  for (const [by, texts] of Object.entries(seen)) console.log(`${prefix}${by}: ${texts.join(', ')}`);
}
await tell('', undefined);
await tell('heartbeat, ', true);
process.exit();
JS
seen=$(timeout 60 node run.mjs)
echo "$seen"
test "$seen" = 'watch: on, off, ping, on
watch, flush sync: on, off, ping, on
onMessage: on, on, off, off, ping, on
heartbeat, watch: on, off, on
heartbeat, watch, flush sync: on, off, on
heartbeat, onMessage: on, on, off, off, on'
