#!/usr/bin/env bash
# msw 3.0.5 answers WebSockets in specs. The guess was that bytes come as binaryType says, and that what is sent is what was in
# the buffer when send() was called. With "arraybuffer" a handler's Uint8Array comes as that Uint8Array, which a DataView, say,
# cannot be made of; and the client's own array is handed to the server as it is, so that one that is used again for the next
# frame changes the frame before. close() while CONNECTING closes with 1000 and clean, where the standard fails the connection:
# an error and 1006. Seen on Node 24.21.0:
#   binaryType arraybuffer: Uint8Array
#   sent 1, then the array is filled with 9: the server gets 9
#   closed while connecting: close 1000, clean true
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund msw@3.0.5 node@24.21.0
cat > run.mjs <<'JS'
import { ws } from 'msw';
import { setupServer } from 'msw/node';

let tellSent;
const sent = new Promise((resolve) => (tellSent = resolve));
const link = ws.link('ws://a.test/*');
const connections = link.addEventListener('connection', ({ client }) => {
  client.addEventListener('message', ({ data }) => tellSent(data));
  client.send(Uint8Array.of(1));
});
setupServer(connections).listen({ onUnhandledRequest: 'bypass' });

const socket = new WebSocket('ws://a.test/first');
socket.binaryType = 'arraybuffer';
const { data } = await new Promise((resolve) => (socket.onmessage = resolve));
console.log(`binaryType ${socket.binaryType}: ${data.constructor.name}`);
const bytes = Uint8Array.of(1);
socket.send(bytes);
bytes.fill(9);
console.log(`sent 1, then the array is filled with 9: the server gets ${(await sent)[0]}`);

const early = new WebSocket('ws://a.test/second');
const seen = [];
early.onerror = () => seen.push('error');
const closed = new Promise((resolve) => (early.onclose = resolve));
early.close();
const { code, wasClean } = await closed;
console.log(`closed while connecting: ${[...seen, `close ${code}`].join(', ')}, clean ${wasClean}`);
process.exit();
JS
seen=$(timeout 60 node_modules/.bin/node --no-warnings run.mjs)
echo "$seen"
test "$seen" = 'binaryType arraybuffer: Uint8Array
sent 1, then the array is filled with 9: the server gets 9
closed while connecting: close 1000, clean true'
