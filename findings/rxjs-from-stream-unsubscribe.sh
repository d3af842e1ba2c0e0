#!/usr/bin/env bash
# from() of RxJS 7.8.2 takes the body of a response, and events.on(), for they are async iterables. The guess was that to
# unsubscribe ends the iteration, and so cancels the request or removes the listener. It does not: from() looks whether its
# subscriber has left only after the next value has come. Where a stream is quiet, the server goes on holding the response and
# the emitter its listener until something is said that nobody hears. Seen on Node 20, half a second after unsubscribing from
# each, and after one more value:
#   quiet: response open, listeners 1
#   after one more value: response closed, listeners 0
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund rxjs@7.8.2
cat > run.mjs <<'JS'
import { EventEmitter, on } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { from } from 'rxjs';

let held;
let isOpen = true;
const server = createServer((_, response) => {
  held = response;
  response.write('first');
  response.on('close', () => (isOpen = false));
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const { body } = await fetch(`http://127.0.0.1:${server.address().port}`);
const emitter = new EventEmitter();

const heard = (source$, say) =>
  new Promise((resolve) => {
    const subscription = source$.subscribe(() => resolve(subscription));
    say?.();
  });
const subscriptions = [await heard(from(body)), await heard(from(on(emitter, 'news')), () => emitter.emit('news', 'first'))];
await wait(100); // both wait for the second value by now
for (const subscription of subscriptions) subscription.unsubscribe();
const tell = async (when) => {
  await wait(500);
  console.log(`${when}: response ${isOpen ? 'open' : 'closed'}, listeners ${emitter.listenerCount('news')}`);
};
await tell('quiet');
held.write('second');
emitter.emit('news', 'second');
await tell('after one more value');
process.exit();
JS
seen=$(timeout 60 node run.mjs)
echo "$seen"
test "$seen" = 'quiet: response open, listeners 1
after one more value: response closed, listeners 0'
