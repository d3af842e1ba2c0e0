#!/usr/bin/env bash
# PathObject.set() of ably 2.28.0 (ably/liveobjects) is declared to return Promise<void>, and throws at once where the channel
# lacks the mode object_publish, so that `root.set('a', 1).catch(...)` catches nothing: there is no promise yet. Seen on Node 20,
# against a server of a few lines that answers CONNECTED and ATTACHED:
#   declared: Promise<void>
#   thrown at once: 40024
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund ably@2.28.0 ws@8.18.0
cat > run.mjs <<'JS'
import { readFileSync } from 'node:fs';
import Ably from 'ably';
import { LiveObjects } from 'ably/liveobjects';
import { WebSocketServer } from 'ws';

const types = readFileSync('node_modules/ably/liveobjects.d.ts', 'utf8');
const [, declared] = /^ {2}set\b[^;]*\): (Promise<void>);/m.exec(types) ?? [];
console.log(`declared: ${declared}`);

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
server.on('connection', (socket) => {
  const send = (frame) => socket.send(JSON.stringify(frame));
  const connectionDetails = { connectionKey: 'k', maxIdleInterval: 15_000, connectionStateTtl: 120_000, siteCode: 's' };
  send({ action: 4, connectionId: 'c', connectionDetails });
  socket.on('message', (data) => {
    const { action, channel } = JSON.parse(data);
    if (action === 10) send({ action: 11, channel, flags: 2 ** 24, channelSerial: '1' }); // attached, to subscribe only
  });
});
await new Promise((resolve) => server.once('listening', resolve));
const client = new Ably.Realtime({
  ...{ key: 'app.key:secret', endpoint: '127.0.0.1', port: server.address().port, tls: false, logLevel: 0 },
  ...{ useBinaryProtocol: false, fallbackHosts: [], disableConnectivityCheck: true, plugins: { LiveObjects } },
});
const channel = client.channels.get('room', { modes: ['object_subscribe'] });
await channel.attach();
const root = await channel.object.get();
let came = 'a promise';
try {
  root.set('a', 1).catch(() => {});
} catch ({ code }) {
  came = `thrown at once: ${code}`;
}
console.log(came);
process.exit(0);
JS
seen=$(node run.mjs)
echo "$seen"
test "$seen" = $'declared: Promise<void>\nthrown at once: 40024'
