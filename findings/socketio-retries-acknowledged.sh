#!/usr/bin/env bash
# The option `retries` of socket.io-client 4.8.4 sends an event again that the server has not acknowledged. The guess was that
# one that is acknowledged is sent once. Without the option `ackTimeout` the client takes the first argument of each
# acknowledgement for an error, unless it is null: ack() and ack('ok') of the server are failures, the event is sent again at
# once until the retries are used up, and emitWithAck() rejects with the server's answer. An order is placed four times, and
# with ack() the caller is told that all is well. With `ackTimeout` each event is sent once. Seen on Node 20, with retries: 3,
# by how the server acknowledges:
#   ack(): received 4 times, resolved undefined
#   ack('ok'): received 4 times, rejected ok
#   ack(null, 'ok'): received 1 time, resolved ok
#   ack('ok') and ackTimeout: received 1 time, resolved ok
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund socket.io{,-client}@4.8.4
cat > run.mjs <<'JS'
import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { Server } from 'socket.io';
import { io } from 'socket.io-client';

const http = createServer();
await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));
const received = {};
new Server(http).on('connection', (socket) =>
  socket.on('order', (name, args, ack) => {
    received[name] = (received[name] ?? 0) + 1;
    ack(...args);
  }),
);
async function tell(name, args, options) {
  const client = io(`http://127.0.0.1:${http.address().port}`, {
    forceNew: true,
    transports: ['websocket'],
    retries: 3,
    ...options,
  });
  const result = await client.emitWithAck('order', name, args).then(
    (answer) => `resolved ${answer}`,
    (error) => `rejected ${error}`,
  );
  await wait(300);
  client.close();
  console.log(`${name}: received ${received[name]} time${received[name] === 1 ? '' : 's'}, ${result}`);
}
await tell('ack()', []);
await tell("ack('ok')", ['ok']);
await tell("ack(null, 'ok')", [null, 'ok']);
await tell("ack('ok') and ackTimeout", ['ok'], { ackTimeout: 5000 });
process.exit();
JS
seen=$(timeout 60 node run.mjs)
echo "$seen"
test "$seen" = "ack(): received 4 times, resolved undefined
ack('ok'): received 4 times, rejected ok
ack(null, 'ok'): received 1 time, resolved ok
ack('ok') and ackTimeout: received 1 time, resolved ok"
