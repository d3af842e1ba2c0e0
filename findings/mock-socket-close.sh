#!/usr/bin/env bash
# mock-socket 9.3.1 stands for WebSocket and its server in specs. The guess was that it ends connections as the standard has it.
# A connection that nobody listens to, or that the server refuses, closes with 1000 and clean, where browsers say 1006: a client
# that does not reconnect after 1000 never does so in its specs. What is sent after close(), even after `close`, arrives at the
# server; what the server sends afterwards arrives at the client; and bytes come as a text of numbers, whatever binaryType says.
# Seen on Node 20:
#   nobody listens: 1000, clean true
#   refused: 1000, clean true
#   sent after close: arrived
#   received after close: arrived
#   the bytes 5 and 6, binaryType arraybuffer: "5,6"
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund mock-socket@9.3.1
cat > run.mjs <<'JS'
import { setTimeout as wait } from 'node:timers/promises';
import { Server, WebSocket } from 'mock-socket';

console.error = () => {};
const closing = (socket) => new Promise((resolve) => (socket.onclose = resolve));
const tell = (what, { code, wasClean }) => console.log(`${what}: ${code}, clean ${wasClean}`);

tell('nobody listens', await closing(new WebSocket('ws://nobody.test/')));
const refusing = new Server('ws://refused.test/', { verifyClient: () => false });
tell('refused', await closing(new WebSocket('ws://refused.test/')));
refusing.stop();

const server = new Server('ws://a.test/');
const came = { sent: 'lost', received: 'lost' };
server.on('connection', (peer) => {
  peer.send(Uint8Array.of(5, 6));
  peer.on('message', () => (came.sent = 'arrived'));
  setTimeout(() => peer.send('late'), 100);
});
const socket = new WebSocket('ws://a.test/');
socket.binaryType = 'arraybuffer';
const { data } = await new Promise((resolve) => (socket.onmessage = resolve));
socket.onmessage = () => (came.received = 'arrived');
socket.close();
await closing(socket);
socket.send('late');
await wait(200);
for (const [what, result] of Object.entries(came)) console.log(`${what} after close: ${result}`);
console.log(`the bytes 5 and 6, binaryType ${socket.binaryType}: ${JSON.stringify(data)}`);
server.stop();
JS
seen=$(timeout 60 node run.mjs)
echo "$seen"
test "$seen" = 'nobody listens: 1000, clean true
refused: 1000, clean true
sent after close: arrived
received after close: arrived
the bytes 5 and 6, binaryType arraybuffer: "5,6"'
