#!/usr/bin/env bash
# pusher-js 8.6.0: unsubscribe() and subscribe() again, one after the other, for one channel. The guess was that its handlers
# either always stay or always go. It depends on the server. Before there is a connection, and where the subscription has been
# confirmed, subscribe() gives another object, which has no handlers: the old ones hear nothing more, and nothing says so.
# Where the confirmation is on its way, it gives the same object, with its handlers. A view that is left and opened again goes
# deaf or not by the speed of the network. Seen on Node 20 with ws 8.23.0:
#   not connected: another object; old handler heard nothing, new handler heard "news"
#   pending: the same object; old handler heard "news", new handler heard "news"
#   confirmed: another object; old handler heard nothing, new handler heard "news"
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund pusher-js@8.6.0 ws@8.23.0
cat > run.mjs <<'JS'
import { setTimeout as wait } from 'node:timers/promises';
import Pusher from 'pusher-js';
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
await new Promise((resolve) => server.once('listening', resolve));
let say;
server.on('connection', (socket) => {
  say = (event, channel, data) => socket.send(JSON.stringify({ event, channel, data: JSON.stringify(data) }));
  say('pusher:connection_established', undefined, { socket_id: '1.1', activity_timeout: 120 });
  socket.on('message', (text) => {
    const { event, data } = JSON.parse(text);
    if (event === 'pusher:subscribe') say('pusher_internal:subscription_succeeded', data.channel, {});
  });
});

async function run(name, isConnected, isConfirmed) {
  const pusher = new Pusher('key', {
    ...{ cluster: '', wsHost: '127.0.0.1', wsPort: server.address().port },
    ...{ forceTLS: false, enabledTransports: ['ws'], enableStats: false },
  });
  if (isConnected) await new Promise((resolve) => pusher.connection.bind('connected', resolve));
  const heard = { old: 'nothing', new: 'nothing' };
  const old = pusher.subscribe('room');
  old.bind('news', (data) => (heard.old = `"${data}"`));
  if (isConfirmed) await wait(300);
  pusher.unsubscribe('room');
  const again = pusher.subscribe('room');
  again.bind('news', (data) => (heard.new = `"${data}"`));
  await wait(300);
  say('news', 'room', 'news');
  await wait(100);
  const object = old === again ? 'the same object' : 'another object';
  console.log(`${name}: ${object}; old handler heard ${heard.old}, new handler heard ${heard.new}`);
  pusher.disconnect();
}
await run('not connected', false, false);
await run('pending', true, false);
await run('confirmed', true, true);
process.exit();
JS
seen=$(timeout 60 node run.mjs)
echo "$seen"
test "$seen" = 'not connected: another object; old handler heard nothing, new handler heard "news"
pending: the same object; old handler heard "news", new handler heard "news"
confirmed: another object; old handler heard nothing, new handler heard "news"'
