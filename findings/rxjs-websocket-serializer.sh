#!/usr/bin/env bash
# webSocket() of RxJS 7.8.2: a value that the serializer refuses (JSON has no BigInt, say) ends the stream, and the error that
# subscribers get is another one: a TypeError about the argument of WebSocketSubject.error(). The serializer's own error is
# nowhere, next() throws nothing, what is given to next() afterwards is kept for another socket, and the server sees a close
# without a code. Seen on Node 20:
#   error: TypeError, of the serializer: false
#   the server got: nothing
#   the server saw: 1005
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund rxjs@7.8.2 ws@8.23.0
cat > run.mjs <<'JS'
import { webSocket } from 'rxjs/webSocket';
import { WebSocket, WebSocketServer } from 'ws';
const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
await new Promise((resolve) => server.on('listening', resolve));
const got = [];
server.on('connection', (socket) => {
  socket.on('message', (text) => got.push(String(text)));
  socket.on('close', (code) => {
    console.log(`the server got: ${got.join() || 'nothing'}`);
    console.log(`the server saw: ${code}`);
    server.close();
  });
});
const subject = webSocket({
  url: `ws://127.0.0.1:${server.address().port}`,
  WebSocketCtor: WebSocket,
  openObserver: {
    next: () =>
      setImmediate(() => {
        subject.next({ amount: 1n });
        subject.next('the next one');
      }),
  },
});
subject.subscribe({
  error: (error) => console.log(`error: ${error.name}, of the serializer: ${/BigInt/.test(error.message)}`),
});
JS
seen=$(timeout 60 node run.mjs)
echo "$seen"
test "$seen" = 'error: TypeError, of the serializer: false
the server got: nothing
the server saw: 1005'
