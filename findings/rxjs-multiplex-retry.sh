#!/usr/bin/env bash
# Streams of multiplex() of RxJS 7.8.2, each with retry(), on a socket that is lost. The guess was that each topic is
# subscribed to again on the new connection, and that the messages which end a subscription go down with the old one. They do
# not: the stream that fails first dials anew, and the others then write their last words into the new connection's queue,
# each before it subscribes again. A server that counts, or that hears one topic twice, is told to end what has just begun.
# With a delay, however short, all of them fail before the first dials, and the queue is thrown away. Seen on Node 20 with ws
# 8.23.0:
#   at once: +a +b +c, then +a -b +b -c +c
#   two of one topic: +a +a, then +a -a +a
#   with a delay: +a +b +c, then +a +b +c
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund rxjs@7.8.2 ws@8.23.0
cat > run.mjs <<'JS'
import { setTimeout as wait } from 'node:timers/promises';
import { retry } from 'rxjs';
import { webSocket } from 'rxjs/webSocket';
import WebSocket, { WebSocketServer } from 'ws';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
await new Promise((resolve) => server.once('listening', resolve));
const url = `ws://127.0.0.1:${server.address().port}`;

async function run(name, topics, config) {
  const heard = [];
  server.removeAllListeners('connection').on('connection', (socket) => {
    const words = [];
    heard.push(words);
    socket.on('message', (text) => {
      words.push(JSON.parse(text));
      if (heard.length === 1 && words.length === topics.length) socket.terminate();
    });
  });
  const socket$ = webSocket({ url, WebSocketCtor: WebSocket });
  const subscriptions = topics.map((topic) =>
    socket$
      .multiplex(
        () => `+${topic}`,
        () => `-${topic}`,
        () => true,
      )
      .pipe(retry(config))
      .subscribe(),
  );
  await wait(500);
  console.log(`${name}: ${heard.slice(0, 2).map((words) => words.join(' ')).join(', then ')}`);
  for (const subscription of subscriptions) subscription.unsubscribe();
  await wait(100);
}
await run('at once', ['a', 'b', 'c']);
await run('two of one topic', ['a', 'a']);
await run('with a delay', ['a', 'b', 'c'], { delay: 1 });
process.exit();
JS
seen=$(timeout 60 node run.mjs)
echo "$seen"
test "$seen" = 'at once: +a +b +c, then +a -b +b -c +c
two of one topic: +a +a, then +a -a +a
with a delay: +a +b +c, then +a +b +c'
