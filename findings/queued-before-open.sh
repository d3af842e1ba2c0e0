#!/usr/bin/env bash
# Four clients keep what is sent while they have no connection: reconnecting-websocket 4.4.0, partysocket 1.3.0,
# socket.io-client 4.8.4, mqtt 5.16.0. The guess was that listeners of `open` (`connect`) run first, so that a login or a
# greeting that they send goes before the queue. It is the other way round in each of the four, after a reconnect too: the queue
# is sent, and then the listeners are called. A server that wants the login first gets the queue first. Seen on Node 20, in the
# order of arrival, on the first connection and on the second:
#   reconnecting-websocket: queued, login; queued, login
#   partysocket: queued, login; queued, login
#   socket.io-client: queued, login; queued, login
#   mqtt: queued, login; queued, login
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund reconnecting-websocket@4.4.0 partysocket@1.3.0 ws@8.23.0 \
  socket.io{,-client}@4.8.4 mqtt@5.16.0 aedes@1.2.0
cat > run.mjs <<'JS'
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { Aedes } from 'aedes';
import mqtt from 'mqtt';
import { WebSocket as PartySocket } from 'partysocket';
import ReconnectingWebSocket from 'reconnecting-websocket';
import { Server } from 'socket.io';
import { io } from 'socket.io-client';
import WebSocket, { WebSocketServer } from 'ws';

const listening = async (server) => {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${server.address().port}`;
};
/** Notes arrivals by connection; the second arrival on the first connection cuts it. */
const notes = (connections) => (number, text, cut) => {
  (connections[number] ??= []).push(text);
  if (number === 0 && connections[0].length === 2) setTimeout(cut, 50);
};

async function overWebSocket(Client) {
  const connections = [];
  const note = notes(connections);
  const http = createServer();
  let count = 0;
  new WebSocketServer({ server: http }).on('connection', (socket) => {
    const number = count++;
    socket.on('message', (data) => note(number, `${data}`, () => socket.terminate()));
  });
  const options = { WebSocket, minReconnectionDelay: 50, maxReconnectionDelay: 50 };
  const client = new Client(`ws://${await listening(http)}`, [], options);
  client.addEventListener('open', () => client.send('login'));
  client.addEventListener('close', () => client.send('queued'));
  client.send('queued');
  await wait(1000);
  return connections;
}

async function overSocketIo() {
  const connections = [];
  const note = notes(connections);
  const http = createServer();
  let count = 0;
  new Server(http).on('connection', (socket) => {
    const number = count++;
    socket.onAny((text) => note(number, text, () => socket.conn.close()));
  });
  const client = io(`http://${await listening(http)}`, { transports: ['websocket'], reconnectionDelay: 50 });
  client.on('connect', () => client.emit('login'));
  client.on('disconnect', () => client.emit('queued'));
  client.emit('queued');
  await wait(1000);
  return connections;
}

async function overMqtt() {
  const connections = [];
  const note = notes(connections);
  const broker = await Aedes.createBroker();
  let count = 0;
  broker.on('client', (client) => (client.number = count++));
  broker.on('publish', ({ topic }, client) => client && note(client.number, topic, () => client.conn.destroy()));
  const client = mqtt.connect(`mqtt://${await listening(createTcpServer(broker.handle))}`, { reconnectPeriod: 50 });
  client.on('connect', () => client.publish('login', ''));
  let closes = 0;
  client.on('close', () => closes++ === 0 && client.publish('queued', ''));
  client.publish('queued', '');
  await wait(1000);
  return connections;
}

const tell = (name, connections) => console.log(`${name}: ${connections.map((texts) => texts.join(', ')).join('; ')}`);
tell('reconnecting-websocket', await overWebSocket(ReconnectingWebSocket.default ?? ReconnectingWebSocket));
tell('partysocket', await overWebSocket(PartySocket));
tell('socket.io-client', await overSocketIo());
tell('mqtt', await overMqtt());
process.exit();
JS
seen=$(timeout 60 node run.mjs)
echo "$seen"
test "$seen" = 'reconnecting-websocket: queued, login; queued, login
partysocket: queued, login; queued, login
socket.io-client: queued, login; queued, login
mqtt: queued, login; queued, login'
