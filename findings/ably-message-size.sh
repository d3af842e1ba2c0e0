#!/usr/bin/env bash
# ably 2.28.0 measures a message against maxMessageSize (TM6) by two units: `data` in bytes of UTF-8, `name` (and clientId) in
# UTF-16 code units. Fifteen letters that take two bytes each are too large for a limit of 20 as data, and not as a name: the
# publish goes to the network, and the service, which counts bytes, may refuse it. Seen on Node 20:
#   data of 30 bytes: refused with 40009
#   name of 30 bytes in 15 letters: sent
#   name of 30 bytes in 30 letters: refused with 40009
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund ably@2.28.0
cat > run.mjs <<'JS'
import { createServer } from 'node:http';
import Ably from 'ably';
const server = createServer((_, response) => response.writeHead(201, { 'content-type': 'application/json' }).end('{}'));
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const rest = new Ably.Rest({
  ...{ key: 'app.key:secret', endpoint: '127.0.0.1', port: server.address().port, tls: false },
  ...{ useBinaryProtocol: false, maxMessageSize: 20, logLevel: 0 },
});
const messages = {
  'data of 30 bytes': { data: 'é'.repeat(15) },
  'name of 30 bytes in 15 letters': { name: 'é'.repeat(15) },
  'name of 30 bytes in 30 letters': { name: 'e'.repeat(30) },
};
for (const [what, message] of Object.entries(messages))
  await rest.channels.get('a').publish(message).then(
    () => console.log(`${what}: sent`),
    ({ code }) => console.log(`${what}: refused with ${code}`),
  );
server.close();
JS
seen=$(timeout 60 node run.mjs)
echo "$seen"
test "$seen" = 'data of 30 bytes: refused with 40009
name of 30 bytes in 15 letters: sent
name of 30 bytes in 30 letters: refused with 40009'
