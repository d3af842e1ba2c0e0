#!/usr/bin/env bash
# The WebSocket that Node 22.23.3 has built in emits `error` alone where its handshake is refused, or nobody listens: no
# `close` follows, as the standard has it, and readyState stays 0, CONNECTING. A client that reconnects on `close` waits for
# ever. Node 24.21.0 closes it with 1006. Seen, a second after the answer 401:
#   v22.23.3: error; readyState 0
#   v24.21.0: error, close 1006; readyState 3
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > run.mjs <<'JS'
import { createServer } from 'node:http';
const server = createServer().on('upgrade', (_, socket) =>
  socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'),
);
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const seen = [];
const socket = new WebSocket(`ws://127.0.0.1:${server.address().port}`);
socket.onerror = () => seen.push('error');
socket.onclose = ({ code }) => seen.push(`close ${code}`);
await new Promise((resolve) => setTimeout(resolve, 1000));
console.log(`${process.version}: ${seen.join(', ')}; readyState ${socket.readyState}`);
process.exit();
JS
seen=$(for version in 22.23.3 24.21.0; do
  mkdir "$version" && cd "$version"
  npm init --yes >/dev/null
  npm install --silent --no-audit --no-fund "node@$version"
  timeout 60 ./node_modules/.bin/node ../run.mjs
  cd ..
done)
echo "$seen"
test "$seen" = 'v22.23.3: error; readyState 0
v24.21.0: error, close 1006; readyState 3'
