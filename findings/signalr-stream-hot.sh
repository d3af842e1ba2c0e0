#!/usr/bin/env bash
# stream() of @microsoft/signalr 10.0.11 answers with an object whose subscribe() takes an observer, as Observables have it. The
# guess was that it asks the hub for the stream when it is subscribed to, anew for each subscriber, or that it keeps the items
# for the first. It asks at once, when stream() is called; items without a subscriber are lost, and so is the end: one that
# subscribes later hears neither items nor `complete`, and waits for ever. An Observable around such an object has nothing for
# repeat(), retry() or a second subscriber; stream() belongs inside the function that subscribes. Seen on Node 20, with a hub
# that answers with three items and the end, and rxjs 7.8.2:
#   subscribed at once: 1, 2, 3, complete; asked once
#   subscribed after the end: nothing; asked once
#   an Observable around it, repeated once: 1, 2, 3; asked once
#   stream() inside, repeated once: 1, 2, 3, 1, 2, 3, complete; asked twice
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @microsoft/signalr@10.0.11 rxjs@7.8.2 ws@8.23.0
cat > run.mjs <<'JS'
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import signalR from '@microsoft/signalr';
import { Observable, repeat } from 'rxjs';
import { WebSocket, WebSocketServer } from 'ws';

const end = '\x1e';
let asked = 0;
const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
await once(server, 'listening');
server.on('connection', (socket) => {
  const send = (message) => socket.send(JSON.stringify(message) + end);
  socket.on('message', (data) => {
    for (const text of `${data}`.split(end).filter(Boolean)) {
      const { protocol, type, invocationId } = JSON.parse(text);
      if (protocol) send({});
      if (type !== 4) continue;
      asked += 1;
      for (const item of [1, 2, 3]) send({ type: 2, invocationId, item });
      send({ type: 3, invocationId });
    }
  });
});
const client = new signalR.HubConnectionBuilder()
  .withUrl(`http://127.0.0.1:${server.address().port}`, {
    skipNegotiation: true,
    transport: signalR.HttpTransportType.WebSockets,
    WebSocket,
  })
  .configureLogging(signalR.LogLevel.None)
  .build();
await client.start();

async function tell(what, source) {
  asked = 0;
  const seen = [];
  const stream = await source();
  stream.subscribe({ next: (item) => seen.push(item), complete: () => seen.push('complete'), error: () => seen.push('error') });
  await wait(300);
  console.log(`${what}: ${seen.join(', ') || 'nothing'}; asked ${asked === 1 ? 'once' : 'twice'}`);
}
const numbers = () => client.stream('numbers');
function around(open) {
  return new Observable((subscriber) => {
    const subscription = open().subscribe(subscriber);
    return () => subscription.dispose();
  }).pipe(repeat(2));
}
await tell('subscribed at once', numbers);
await tell('subscribed after the end', async () => {
  const stream = numbers();
  await wait(300);
  return stream;
});
await tell('an Observable around it, repeated once', () => {
  const stream = numbers();
  return around(() => stream);
});
await tell('stream() inside, repeated once', () => around(numbers));
process.exit();
JS
seen=$(timeout 60 node run.mjs)
echo "$seen"
test "$seen" = 'subscribed at once: 1, 2, 3, complete; asked once
subscribed after the end: nothing; asked once
an Observable around it, repeated once: 1, 2, 3; asked once
stream() inside, repeated once: 1, 2, 3, 1, 2, 3, complete; asked twice'
