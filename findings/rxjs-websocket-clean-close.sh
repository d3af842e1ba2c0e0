#!/usr/bin/env bash
# webSocket() of RxJS 7.8.2 completes whenever the closing handshake was done in good form, whatever the code says: that the
# server failed (1011), that it restarts (1012), that it has no room now (1013), or a code of the application's own from 4000
# on, such as one for a token that has expired. The guess was that 1000 completes and each other code is an error, as a lost
# connection is. A stream with retry() is therefore over when its server restarts in good order, and is silent about it. Seen
# on Node 20, with retry({ count: 1, delay: 10 }):
#   1000: complete after 1 connection
#   1011: complete after 1 connection
#   1012: complete after 1 connection
#   1013: complete after 1 connection
#   4001: complete after 1 connection
#   lost: error 1006 after 2 connections
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund rxjs@7.8.2 ws@8.23.0
cat > run.mjs <<'JS'
import { retry } from 'rxjs';
import { webSocket } from 'rxjs/webSocket';
import WebSocket, { WebSocketServer } from 'ws';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
await new Promise((resolve) => server.once('listening', resolve));
const url = `ws://127.0.0.1:${server.address().port}`;
for (const code of [1000, 1011, 1012, 1013, 4001, undefined]) {
  let connections = 0;
  server.removeAllListeners('connection').on('connection', (socket) => {
    connections += 1;
    if (code) socket.close(code);
    else socket.terminate();
  });
  const end = await new Promise((resolve) =>
    webSocket({ url, WebSocketCtor: WebSocket })
      .pipe(retry({ count: 1, delay: 10 }))
      .subscribe({ error: (event) => resolve(`error ${event.code}`), complete: () => resolve('complete') }),
  );
  console.log(`${code ?? 'lost'}: ${end} after ${connections} connection${connections === 1 ? '' : 's'}`);
}
server.close();
JS
seen=$(timeout 60 node run.mjs)
echo "$seen"
test "$seen" = '1000: complete after 1 connection
1011: complete after 1 connection
1012: complete after 1 connection
1013: complete after 1 connection
4001: complete after 1 connection
lost: error 1006 after 2 connections'
