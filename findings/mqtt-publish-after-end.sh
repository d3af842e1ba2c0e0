#!/usr/bin/env bash
# publishAsync() of mqtt 5.16.0 whose message is not acknowledged yet, or not even sent, when endAsync(true) ends the client.
# The guess was that the end rejects it, as the end of the client is the end of all hope. It is settled in neither way: a
# program that waits for its publishes, to tell the user which have failed, hears nothing. Only a publish that begins after the
# end is rejected. Seen on Node 20, a second after the end, with a broker that accepts connections and acknowledges nothing:
#   ended
#   sent with QoS 1: pending
#   queued with QoS 0: pending
#   queued with QoS 1: pending
#   after the end: client disconnecting
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund mqtt@5.16.0
cat > run.mjs <<'JS'
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import mqtt from 'mqtt';

const connack = Uint8Array.of(0x20, 2, 0, 0);
const broker = createServer((socket) => socket.on('error', () => {}).once('data', () => socket.write(connack)));
await new Promise((resolve) => broker.listen(0, '127.0.0.1', resolve));
const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.address().port}`, { reconnectPeriod: 60_000 });
const publishes = {};
const publish = (what, qos) => {
  publishes[what] = 'pending';
  client.publishAsync('a', 'hello', { qos }).then(
    () => (publishes[what] = 'resolved'),
    ({ message }) => (publishes[what] = message),
  );
};
publish('sent with QoS 1', 1);
await wait(100);
client.stream.destroy();
await new Promise((resolve) => client.once('close', resolve));
publish('queued with QoS 0', 0);
publish('queued with QoS 1', 1);
await client.endAsync(true);
console.log('ended');
publish('after the end', 1);
await wait(1000);
for (const [what, result] of Object.entries(publishes)) console.log(`${what}: ${result}`);
process.exit();
JS
seen=$(timeout 60 node run.mjs)
echo "$seen"
test "$seen" = 'ended
sent with QoS 1: pending
queued with QoS 0: pending
queued with QoS 1: pending
after the end: client disconnecting'
