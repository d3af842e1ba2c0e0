#!/usr/bin/env bash
# A message that arrives between close() and `close`. The guess was that all WebSockets treat it alike: the standard has it
# dropped, because readyState is CLOSING. The WebSocket of undici 7.30.2 (Node's own) drops it. ws 8.23.0, with the same events
# and properties, and the built-in one of Deno 2.9.6 deliver it, each with readyState 2: a handler that takes close() for the
# end hears more. Seen on Node 20, where the server sends two messages after it has seen the client's close frame:
#   undici: close 1000
#   ws: first in 2, second in 2, close 1000
#   Deno: first in 2, second in 2, close 1000
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund undici@7.30.2 ws@8.23.0 deno@2.9.6
cat > server.mjs <<'JS'
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

const accept = (key) => createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
const frame = (opcode, payload) => Buffer.concat([Buffer.of(0x80 | opcode, payload.length), payload]);
const server = createServer().on('upgrade', ({ headers }, socket) => {
  const answer = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
  answer.push(`Sec-WebSocket-Accept: ${accept(headers['sec-websocket-key'])}`, '', '');
  socket.on('error', () => {}).write(answer.join('\r\n'));
  socket.once('data', () => {
    socket.write(frame(1, Buffer.from('first')));
    socket.write(frame(1, Buffer.from('second')));
    socket.end(frame(8, Buffer.of(1000 >> 8, 1000 & 255)));
  });
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `ws://127.0.0.1:${server.address().port}`;
const clients = {
  undici: [process.execPath, 'node.mjs', url, 'undici'],
  ws: [process.execPath, 'node.mjs', url, 'ws'],
  Deno: ['node_modules/.bin/deno', 'run', '--allow-net', 'client.mjs', url],
};
for (const [name, [command, ...args]] of Object.entries(clients)) {
  const options = { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NO_COLOR: '1' } };
  const client = spawn(command, args, options);
  let said = '';
  client.stdout.on('data', (data) => (said += data));
  await new Promise((resolve) => client.on('close', resolve));
  console.log(`${name}: ${said.trim()}`);
}
process.exit();
JS
cat > node.mjs <<'JS'
globalThis.WebSocket = (await import(process.argv[3])).WebSocket;
await import('./client.mjs');
JS
cat > client.mjs <<'JS'
const { args, exit } = globalThis.Deno ?? { args: process.argv.slice(2), exit: process.exit };
const socket = new WebSocket(args[0]);
const seen = [];
socket.onopen = () => socket.close(1000);
socket.onmessage = ({ data }) => seen.push(`${data} in ${socket.readyState}`);
socket.onclose = ({ code }) => {
  console.log([...seen, `close ${code}`].join(', '));
  exit(0);
};
JS
seen=$(timeout 60 node server.mjs)
echo "$seen"
test "$seen" = 'undici: close 1000
ws: first in 2, second in 2, close 1000
Deno: first in 2, second in 2, close 1000'
