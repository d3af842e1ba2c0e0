#!/usr/bin/env bash
# Deno 2.9.6: a WebSocket whose connection is lost without a closing handshake closes with code 0, where the WebSocket API
# has 1006 for that, as browsers and Node 22 give it. A client that asks for 1006 to tell a lost connection from a closed one
# does not see it. Seen:
#   code 0, clean false
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund deno@2.9.6 ws@8.23.0
cat > server.mjs <<'JS'
import { spawn } from 'node:child_process';
import { WebSocketServer } from 'ws';
const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
server.on('connection', (socket) => setTimeout(() => socket.terminate(), 50));
server.on('listening', () => {
  const client = spawn('node_modules/.bin/deno', ['run', '--allow-net', 'client.js', String(server.address().port)], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  client.on('close', () => server.close());
});
JS
cat > client.js <<'JS'
const socket = new WebSocket(`ws://127.0.0.1:${Deno.args[0]}`);
socket.onclose = ({ code, wasClean }) => console.log(`code ${code}, clean ${wasClean}`);
JS
seen=$(timeout 60 node server.mjs)
echo "$seen"
test "$seen" = 'code 0, clean false'
