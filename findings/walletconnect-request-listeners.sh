#!/usr/bin/env bash
# request() of @walletconnect/jsonrpc-provider 1.0.14, which the relay's client sends through, listens on the provider's
# emitter for an event that is named by the request's id. The guess was that the listener goes once the answer has come, and
# that a lost connection rejects what is unanswered. The listener stays for each request, answered or not, as long as the
# provider lives; and a request whose connection is lost is pending for ever, also when the provider has connected again. Seen
# on Node 20, over @walletconnect/jsonrpc-ws-connection 1.0.16:
#   answered: 100, listeners: 100
#   after disconnect: pending, listeners: 101
#   connected again: pending, listeners: 102, the next one: resolved
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @walletconnect/jsonrpc-{provider@1.0.14,ws-connection@1.0.16} ws@8.23.0
cat > run.cjs <<'JS'
const { setTimeout: wait } = require('node:timers/promises');
const { JsonRpcProvider } = require('@walletconnect/jsonrpc-provider');
const { WsConnection } = require('@walletconnect/jsonrpc-ws-connection');
const { WebSocketServer } = require('ws');

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
server.on('connection', (socket) =>
  socket.on('message', (data) => {
    const { id, method } = JSON.parse(data);
    if (method === 'drop') socket.terminate();
    else socket.send(JSON.stringify({ id, jsonrpc: '2.0', result: true }));
  }),
);
server.once('listening', async () => {
  const provider = new JsonRpcProvider(new WsConnection(`ws://127.0.0.1:${server.address().port}`));
  await provider.connect();
  const isId = (name) => /^\d+$/.test(name);
  const listeners = () => `listeners: ${provider.events.eventNames().filter(isId).length}`;
  let answered = 0;
  for (; answered < 100; answered += 1) await provider.request({ method: 'answer' });
  console.log(`answered: ${answered}, ${listeners()}`);

  let lost = 'pending';
  const disconnected = new Promise((resolve) => provider.once('disconnect', resolve));
  provider.request({ method: 'drop' }).then(
    () => (lost = 'resolved'),
    () => (lost = 'rejected'),
  );
  await disconnected;
  await wait(500);
  console.log(`after disconnect: ${lost}, ${listeners()}`);
  await provider.connect();
  const next = await provider.request({ method: 'answer' }).then(() => 'resolved');
  await wait(500);
  console.log(`connected again: ${lost}, ${listeners()}, the next one: ${next}`);
  process.exit();
});
JS
seen=$(timeout 60 node run.cjs)
echo "$seen"
test "$seen" = 'answered: 100, listeners: 100
after disconnect: pending, listeners: 101
connected again: pending, listeners: 102, the next one: resolved'
