#!/usr/bin/env bash
# phoenix 1.8.16 sends an ArrayBuffer that is pushed as a binary frame. The guess was that it does so with a Uint8Array too, as
# WebSocket.send() does. It asks whether the payload's constructor is ArrayBuffer, and writes a Uint8Array as JSON: an object
# with a key for each byte, more than seven times as long here. @supabase/realtime-js 2.119.1, which is built on it, does the
# same with a broadcast, and its send() answers "ok". Seen on Node 20, for 256 bytes of 7:
#   phoenix, an ArrayBuffer: the bytes
#   phoenix, a Uint8Array: {"0":7,"1":7,… of 1939 bytes
#   supabase, an ArrayBuffer: the bytes
#   supabase, a Uint8Array: {"0":7,"1":7,… of 1939 bytes
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund phoenix@1.8.16 @supabase/realtime-js@2.119.1 ws@8.23.0
cat > run.mjs <<'JS'
import { Buffer } from 'node:buffer';
import { RealtimeClient } from '@supabase/realtime-js';
import { Socket } from 'phoenix';
import WebSocket, { WebSocketServer } from 'ws';

const bytes = new Uint8Array(256).fill(7);
const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
await new Promise((resolve) => server.once('listening', resolve));
const url = `ws://127.0.0.1:${server.address().port}`;
let came;
server.on('connection', (socket) =>
  socket.on('message', (data) => {
    const text = data.toString('latin1');
    const [joinRef, ref, topic, event] = text.startsWith('[') ? JSON.parse(text) : [];
    if (event === 'phx_join') socket.send(JSON.stringify([joinRef, ref, topic, 'phx_reply', { status: 'ok', response: {} }]));
    else came?.(data);
  }),
);
const tell = async (what, push) => {
  const data = await new Promise((resolve) => {
    came = resolve;
    push();
  });
  const [json] = /\{.*\}/.exec(data.toString('latin1')) ?? [];
  const said = json ? `${json.slice(0, 13)}… of ${json.length} bytes` : 'another thing';
  console.log(`${what}: ${data.includes(Buffer.from(bytes)) ? 'the bytes' : said}`);
};

const socket = new Socket(url, { transport: WebSocket });
socket.connect();
const channel = socket.channel('room');
await new Promise((resolve) => channel.join().receive('ok', resolve));
await tell('phoenix, an ArrayBuffer', () => channel.push('bytes', bytes.buffer));
await tell('phoenix, a Uint8Array', () => channel.push('bytes', bytes));

const room = new RealtimeClient(url, { transport: WebSocket, params: { apikey: 'a-key' } }).channel('room');
await new Promise((resolve) => room.subscribe((status) => status === 'SUBSCRIBED' && resolve()));
await tell('supabase, an ArrayBuffer', () => room.send({ type: 'broadcast', event: 'bytes', payload: bytes.buffer }));
await tell('supabase, a Uint8Array', () => room.send({ type: 'broadcast', event: 'bytes', payload: bytes }));
process.exit();
JS
seen=$(timeout 60 node run.mjs)
echo "$seen"
test "$seen" = 'phoenix, an ArrayBuffer: the bytes
phoenix, a Uint8Array: {"0":7,"1":7,… of 1939 bytes
supabase, an ArrayBuffer: the bytes
supabase, a Uint8Array: {"0":7,"1":7,… of 1939 bytes'
