#!/usr/bin/env bash
# faye-websocket 0.11.4 (with websocket-driver 0.8.0) and websocket 1.0.35 are WebSocket clients for Node, beside ws. The guess
# was that the close code that a server sends is the one that they tell, and 1005 where it sends none. faye-websocket tells the
# registered codes 1012 to 1014 (service restart, try again later, bad gateway) as 1002, a protocol error, and sends that back
# to the server; a close without a code is 1000 for it. websocket takes a close without a code for a lost connection, 1006, and
# says of each code but 1000 that it was not clean, though the handshake was. Seen on Node 20:
#   1000: faye-websocket 1000, websocket 1000 clean
#   1012: faye-websocket 1002, websocket 1012 not clean
#   1013: faye-websocket 1002, websocket 1013 not clean
#   1014: faye-websocket 1002, websocket 1014 not clean
#   4001: faye-websocket 4001, websocket 4001 not clean
#   none: faye-websocket 1000, websocket 1006 not clean
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund faye-websocket@0.11.4 websocket-driver@0.8.0 websocket@1.0.35 ws@8.23.0
cat > run.mjs <<'JS'
import faye from 'faye-websocket';
import websocket from 'websocket';
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
await new Promise((resolve) => server.once('listening', resolve));
server.on('connection', (socket, { url }) => {
  const code = Number(url.slice(1));
  setTimeout(() => (code ? socket.close(code) : socket.close()), 20);
});
for (const code of ['1000', '1012', '1013', '1014', '4001', 'none']) {
  const url = `ws://127.0.0.1:${server.address().port}/${code}`;
  const first = await new Promise((resolve) => new faye.Client(url).on('close', resolve));
  const second = await new Promise((resolve) => (new websocket.w3cwebsocket(url).onclose = resolve));
  const clean = second.wasClean ? 'clean' : 'not clean';
  console.log(`${code}: faye-websocket ${first.code}, websocket ${second.code} ${clean}`);
}
server.close();
JS
seen=$(timeout 60 node run.mjs)
echo "$seen"
test "$seen" = '1000: faye-websocket 1000, websocket 1000 clean
1012: faye-websocket 1002, websocket 1012 not clean
1013: faye-websocket 1002, websocket 1013 not clean
1014: faye-websocket 1002, websocket 1014 not clean
4001: faye-websocket 4001, websocket 4001 not clean
none: faye-websocket 1000, websocket 1006 not clean'
