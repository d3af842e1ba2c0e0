#!/usr/bin/env bash
# from(actor) of XState 5.33.3 in RxJS 7.8.2. The guess was a stream like that of a store, which begins with the current
# snapshot, and ends when the actor does. It begins with nothing; an actor that has been stopped neither emits nor completes,
# so that firstValueFrom() of one waits for ever, while one that is done completes at once, without its last snapshot. And an
# actor made of an Observable, by fromObservable(), tells its last value twice: once with the status `active`, and once with
# `done`. Seen on Node 20 (Redux 5.0.1 for comparison):
#   store: 1
#   actor: nothing
#   stopped: nothing
#   done: complete
#   of(1, 2): undefined active, 1 active, 2 active, 2 done, complete
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund redux@5.0.1 rxjs@7.8.2 xstate@5.33.3
cat > run.mjs <<'JS'
import { createStore } from 'redux';
import { from, of } from 'rxjs';
import { createActor, createMachine, fromObservable } from 'xstate';

const machine = createMachine({ initial: 'on', states: { on: { on: { end: 'off' } }, off: { type: 'final' } } });
const started = () => createActor(machine).start();
const tell = (name, stream, wordOf, act = () => {}) => {
  const words = [];
  from(stream).subscribe({ next: (value) => words.push(wordOf(value)), complete: () => words.push('complete') });
  act();
  console.log(`${name}: ${words.join(', ') || 'nothing'}`);
};
const value = (snapshot) => snapshot.value;

tell('store', createStore((state = 1) => state), String);
tell('actor', started(), value);
tell('stopped', started().stop(), value);
const done = started();
done.send({ type: 'end' });
tell('done', done, value);
const counting = createActor(fromObservable(() => of(1, 2)));
tell('of(1, 2)', counting, ({ context, status }) => `${context} ${status}`, () => counting.start());
JS
seen=$(timeout 60 node run.mjs)
echo "$seen"
test "$seen" = 'store: 1
actor: nothing
stopped: nothing
done: complete
of(1, 2): undefined active, 1 active, 2 active, 2 done, complete'
