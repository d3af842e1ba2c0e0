#!/usr/bin/env bash
# send() of a channel of @supabase/realtime-js 2.119.1, before the channel has joined or while the connection is lost. The guess
# was that it waits for the socket, as push() of Phoenix's channels does, on which this client is built. It does not wait: the
# message goes at once as an HTTP request of its own, and the promise resolves with "ok" when that is answered, so that callers
# cannot tell the ways apart; there is only a warning on the console. Seen on Node 20, with a server for both ways:
#   before it joins: ok, POST /api/broadcast {"n":1}
#   joined: ok, socket {"n":2}
#   the connection is lost: ok, POST /api/broadcast {"n":3}
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @supabase/realtime-js@2.119.1 ws@8.23.0
cat > run.mjs <<'JS'
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { RealtimeClient } from '@supabase/realtime-js';
import WebSocket, { WebSocketServer } from 'ws';

console.warn = () => {};
let came = [];
const http = createServer(async (request, response) => {
  const [{ payload }] = JSON.parse(await text(request)).messages;
  came.push(`${request.method} ${request.url.split('?')[0]} ${JSON.stringify(payload)}`);
  response.writeHead(202).end();
});
const server = new WebSocketServer({ server: http });
server.on('connection', (socket) =>
  socket.on('message', (data) => {
    const said = data.toString('latin1');
    const [joinRef, ref, topic, event] = said.startsWith('[') ? JSON.parse(said) : [];
    if (event === 'phx_join') socket.send(JSON.stringify([joinRef, ref, topic, 'phx_reply', { status: 'ok', response: {} }]));
    else came.push(`socket ${/\{.*\}/.exec(said)?.[0]}`);
  }),
);
await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));
const options = { transport: WebSocket, params: { apikey: 'a-key' } };
const client = new RealtimeClient(`ws://127.0.0.1:${http.address().port}`, options);
const channel = client.channel('room');
const until = (wanted) =>
  new Promise((resolve) => {
    heard = (status) => status === wanted && resolve();
  });
let heard;
const joined = until('SUBSCRIBED');
channel.subscribe((status) => heard(status));

let n = 0;
async function tell(when) {
  came = [];
  const answer = await channel.send({ type: 'broadcast', event: 'news', payload: { n: ++n } });
  await wait(100);
  console.log(`${when}: ${answer}, ${came.join('; ')}`);
}
await tell('before it joins');
await joined;
await tell('joined');
const lost = until('CHANNEL_ERROR');
for (const socket of server.clients) socket.terminate();
await lost;
await tell('the connection is lost');
process.exit();
JS
seen=$(timeout 60 node run.mjs)
echo "$seen"
test "$seen" = 'before it joins: ok, POST /api/broadcast {"n":1}
joined: ok, socket {"n":2}
the connection is lost: ok, POST /api/broadcast {"n":3}'
