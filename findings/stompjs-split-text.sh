#!/usr/bin/env bash
# The option splitLargeFrames of @stomp/stompjs 7.5.0 sends a large frame in several WebSocket messages, for servers that limit
# their size. The guess was that the server puts the same text together again. The client cuts by UTF-16 code units: where a cut
# falls between the two halves of an emoji, WebSocket.send() makes U+FFFD of each half, as no text may hold half of a pair. The
# body is another one, and longer than its content-length says. Where the cuts fall depends on the length of the headers too:
# one letter more anywhere before the emojis decides. Seen on Node 20, in pieces of 100:
#   100 emojis: content-length 400, body of 404 bytes, another
#   a letter and 100 emojis: content-length 401, body of 401 bytes, the same
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @stomp/stompjs@7.5.0 ws@8.23.0
cat > run.mjs <<'JS'
import { once } from 'node:events';
import { Client } from '@stomp/stompjs';
import { WebSocket, WebSocketServer } from 'ws';

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
await once(server, 'listening');
let frame = '';
server.on('connection', (socket) =>
  socket.on('message', (data) => {
    frame += data;
    if (!frame.endsWith('\0')) return;
    if (frame.startsWith('CONNECT\n')) socket.send('CONNECTED\nversion:1.2\n\n\0');
    else server.emit('frame', frame);
    frame = '';
  }),
);
const client = new Client({
  webSocketFactory: () => new WebSocket(`ws://127.0.0.1:${server.address().port}`),
  splitLargeFrames: true,
  maxWebSocketChunkSize: 100,
});
const connected = new Promise((resolve) => (client.onConnect = resolve));
client.activate();
await connected;

async function tell(what, body) {
  const arrived = once(server, 'frame');
  client.publish({ destination: '/room', body });
  const [head, rest] = (await arrived)[0].split('\n\n');
  const got = rest.slice(0, -1);
  const length = /content-length:(\d+)/.exec(head)[1];
  console.log(
    `${what}: content-length ${length}, body of ${Buffer.byteLength(got)} bytes, ${got === body ? 'the same' : 'another'}`,
  );
}
await tell('100 emojis', '😀'.repeat(100));
await tell('a letter and 100 emojis', `a${'😀'.repeat(100)}`);
process.exit();
JS
seen=$(timeout 60 node run.mjs)
echo "$seen"
test "$seen" = '100 emojis: content-length 400, body of 404 bytes, another
a letter and 100 emojis: content-length 401, body of 401 bytes, the same'
