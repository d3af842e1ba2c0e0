#!/usr/bin/env bash
# The WebSockets of undici 7.30.2 (Node's own) and of Deno 2.9.6, when close() is called and the server does not answer the
# closing handshake, because its machine has gone, say. The guess was that the client waits for a few seconds and then closes
# with 1006. After 10 seconds neither has closed, and readyState is CLOSING: a client that waits for `close` before it dials
# anew, or that counts its connections by it, waits for as long. Seen on Node 20:
#   undici: readyState 2, close no
#   Deno: readyState 2, close no
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund undici@7.30.2 deno@2.9.6
cat > server.mjs <<'JS'
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

const accept = (key) => createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
const server = createServer().on('upgrade', ({ headers }, socket) => {
  const answer = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
  answer.push(`Sec-WebSocket-Accept: ${accept(headers['sec-websocket-key'])}`, '', '');
  socket.on('error', () => {}).resume().write(answer.join('\r\n'));
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `ws://127.0.0.1:${server.address().port}`;
const runtimes = {
  undici: [process.execPath, 'undici.mjs', url],
  Deno: ['node_modules/.bin/deno', 'run', '--allow-net', 'client.mjs', url],
};
const run = ([name, [command, ...args]]) =>
  new Promise((resolve) => {
    const options = { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NO_COLOR: '1' } };
    const client = spawn(command, args, options);
    let said = '';
    client.stdout.on('data', (data) => (said += data));
    client.on('close', () => resolve(`${name}: ${said.trim()}`));
  });
for (const line of await Promise.all(Object.entries(runtimes).map(run))) console.log(line);
process.exit();
JS
cat > undici.mjs <<'JS'
import { WebSocket } from 'undici';
globalThis.WebSocket = WebSocket;
await import('./client.mjs');
JS
cat > client.mjs <<'JS'
const { args, exit } = globalThis.Deno ?? { args: process.argv.slice(2), exit: process.exit };
const socket = new WebSocket(args[0]);
let isClosed = false;
socket.onclose = () => (isClosed = true);
await new Promise((resolve) => (socket.onopen = resolve));
socket.close(1000);
await new Promise((resolve) => setTimeout(resolve, 10_000));
console.log(`readyState ${socket.readyState}, close ${isClosed ? 'yes' : 'no'}`);
exit(0);
JS
seen=$(timeout 60 node server.mjs)
echo "$seen"
test "$seen" = 'undici: readyState 2, close no
Deno: readyState 2, close no'
