#!/usr/bin/env bash
# Client results of @microsoft/signalr 10.0.11: a hub on the server calls a method of the client and waits for what its handler
# returns. The guess was that a second handler of the same method that returns nothing, one that logs, say, changes nothing. The
# result is that of the handler that was added last, and nothing for it is "Client didn't provide a result.", an error for the
# hub. Added first, the same handler is harmless. Two results are refused only if both are truthy: of 5 and 0 the hub gets 0.
# Handlers are awaited one after the other, so that a slow one delays the next. Seen on Node 20, as the server gets it:
#   returns 5: result 5
#   returns 5, then one that logs: error Client didn't provide a result.
#   one that logs, then returns 5: result 5
#   returns 5, then 6: error Client provided multiple results.
#   returns 5, then 0: result 0
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @microsoft/signalr@10.0.11 ws@8.23.0
cat > run.mjs <<'JS'
import { once } from 'node:events';
import signalR from '@microsoft/signalr';
import { WebSocket, WebSocketServer } from 'ws';

const end = '\x1e';
const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
await once(server, 'listening');
server.on('connection', (socket) =>
  socket.on('message', (data) => {
    for (const text of `${data}`.split(end).filter(Boolean)) {
      const message = JSON.parse(text);
      if (message.protocol) socket.send(`{}${end}`);
      if (message.type === 3) server.emit('answer', message);
    }
  }),
);
const client = new signalR.HubConnectionBuilder()
  .withUrl(`http://127.0.0.1:${server.address().port}`, {
    skipNegotiation: true,
    transport: signalR.HttpTransportType.WebSockets,
    WebSocket,
  })
  .configureLogging(signalR.LogLevel.None)
  .build();
await client.start();

const log = () => {};
async function tell(what, ...handlers) {
  for (const handler of handlers) client.on(what, handler);
  const answered = once(server, 'answer');
  for (const socket of server.clients)
    socket.send(JSON.stringify({ type: 1, invocationId: what, target: what, arguments: [] }) + end);
  const [{ error, result }] = await answered;
  console.log(`${what}: ${error === undefined ? `result ${result}` : `error ${error}`}`);
}
const returns = (value) => () => value;
await tell('returns 5', returns(5));
await tell('returns 5, then one that logs', returns(5), log);
await tell('one that logs, then returns 5', log, returns(5));
await tell('returns 5, then 6', returns(5), returns(6));
await tell('returns 5, then 0', returns(5), returns(0));
process.exit();
JS
seen=$(timeout 60 node run.mjs)
echo "$seen"
test "$seen" = "returns 5: result 5
returns 5, then one that logs: error Client didn't provide a result.
one that logs, then returns 5: result 5
returns 5, then 6: error Client provided multiple results.
returns 5, then 0: result 0"
