#!/usr/bin/env bash
# A subscription of graphql-ws 6.4.2, and the code with which the server closes the connection under it. The guess was that
# 1000, Normal Closure, completes it, as it completes webSocket() of RxJS, that retryAttempts: 0 connects once only, and that a
# fault of the server (1011) is retried and a refusal (4403, Forbidden) is not. After 1000 the client connects and subscribes
# again at once, as often as it happens: it asks neither retryAttempts nor retryWait nor shouldRetry, and its subscriber is not
# told. 1011 is fatal whatever the options say, and 4403 is retried. A server that wants clients to leave needs a fatal code,
# such as 4401. Seen on Node 20, with a server that closes the first five connections once they have subscribed:
#   1000, retryAttempts 0: connections 6, waits 0, asked 0, next
#   1001, retryAttempts 0: connections 1, waits 0, asked 0, error 1001
#   1000, retryAttempts 5: connections 6, waits 0, asked 0, next
#   1001, retryAttempts 5: connections 6, waits 5, asked 5, next
#   1011, retryAttempts 5: connections 1, waits 0, asked 0, error 1011
#   4401, retryAttempts 5: connections 1, waits 0, asked 0, error 4401
#   4403, retryAttempts 5: connections 6, waits 5, asked 5, next
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund graphql-ws@6.4.2 graphql@16.11.0 ws@8.23.0
cat > run.mjs <<'JS'
import { createClient } from 'graphql-ws';
import { WebSocket, WebSocketServer } from 'ws';

async function tell(code, retryAttempts) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => 'graphql-transport-ws' });
  await new Promise((resolve) => server.on('listening', resolve));
  let connections = 0;
  server.on('connection', (socket) => {
    const number = ++connections;
    socket.on('message', (text) => {
      const { id, type } = JSON.parse(text);
      if (type === 'connection_init') socket.send(JSON.stringify({ type: 'connection_ack' }));
      if (type !== 'subscribe') return;
      if (number <= 5) socket.close(code);
      else socket.send(JSON.stringify({ id, type: 'next', payload: { data: { news: 'hello' } } }));
    });
  });
  let waits = 0;
  let asked = 0;
  const client = createClient({
    url: `ws://127.0.0.1:${server.address().port}`,
    webSocketImpl: WebSocket,
    retryAttempts,
    retryWait: async () => waits++,
    shouldRetry: () => ++asked > 0,
  });
  const result = await new Promise((resolve) =>
    client.subscribe(
      { query: 'subscription { news }' },
      { next: () => resolve('next'), error: (error) => resolve(`error ${error.code}`), complete: () => resolve('complete') },
    ),
  );
  console.log(`${code}, retryAttempts ${retryAttempts}: connections ${connections}, waits ${waits}, asked ${asked}, ${result}`);
}
for (const code of [1000, 1001]) await tell(code, 0);
for (const code of [1000, 1001, 1011, 4401, 4403]) await tell(code, 5);
process.exit();
JS
seen=$(timeout 60 node run.mjs)
echo "$seen"
test "$seen" = '1000, retryAttempts 0: connections 6, waits 0, asked 0, next
1001, retryAttempts 0: connections 1, waits 0, asked 0, error 1001
1000, retryAttempts 5: connections 6, waits 0, asked 0, next
1001, retryAttempts 5: connections 6, waits 5, asked 5, next
1011, retryAttempts 5: connections 1, waits 0, asked 0, error 1011
4401, retryAttempts 5: connections 1, waits 0, asked 0, error 4401
4403, retryAttempts 5: connections 6, waits 5, asked 5, next'
