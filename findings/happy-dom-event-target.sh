#!/usr/bin/env bash
# An EventTarget of happy-dom 21.0.4 calls the `on…` property of its own object when an event is dispatched to it, also in a
# subclass that merely has a field of that name; Node's EventTarget and jsdom's do not. A class that calls its handler and then
# dispatches the event, as a WebSocket made for tests does, has each event handled twice there. Seen on Node 20:
#   happy-dom: 2
#   jsdom: 1
#   Node: 1
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund happy-dom@21.0.4 jsdom@27.0.0
cat > run.mjs <<'JS'
import { Window } from 'happy-dom';
import { JSDOM } from 'jsdom';

const times = ({ EventTarget, Event }) => {
  class Socket extends EventTarget {
    onmessage = null;
    receive(event) {
      this.onmessage?.(event);
      this.dispatchEvent(event);
    }
  }
  const socket = new Socket();
  let handled = 0;
  socket.onmessage = () => (handled += 1);
  socket.receive(new Event('message'));
  return handled;
};
console.log(`happy-dom: ${times(new Window())}`);
console.log(`jsdom: ${times(new JSDOM('').window)}`);
console.log(`Node: ${times(globalThis)}`);
JS
seen=$(node run.mjs)
echo "$seen"
test "$seen" = $'happy-dom: 2\njsdom: 1\nNode: 1'
