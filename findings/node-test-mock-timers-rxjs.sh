#!/usr/bin/env bash
# mock.timers of node:test, in Node 24.21.0. The guess was that tick(300) moves the clock from timer to timer, as sinon's fake
# timers do. It sets the clock to the end first, and runs then all that was due: each callback sees the last moment, and a timer
# that a callback starts within the tick is late by what is left of it. debounceTime() of RxJS 7.8.2 asks the clock in between,
# and emits nothing where it should have emitted; interval() has all its ticks at one moment. Seen, for a timer of 100 ms that
# starts another, a value that is debounced by 100 ms at 0 ms and one at 50 ms, and an interval of 100 ms, after one tick(300):
#   node:test: timers 300; debounced nothing; interval 300, 300, 300
#   sinon: timers 100, 200; debounced 150; interval 100, 200, 300
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund node@24.21.0 rxjs@7.8.2 @sinonjs/fake-timers@15.5.0
cat > run.mjs <<'JS'
import { mock } from 'node:test';
import fakeTimers from '@sinonjs/fake-timers';
import { debounceTime, interval, Subject } from 'rxjs';

const ofNode = () => {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: 0 });
  return { tick: (ms) => mock.timers.tick(ms), end: () => mock.timers.reset() };
};
const ofSinon = () => {
  const clock = fakeTimers.install({ now: 0 });
  return { tick: (ms) => clock.tick(ms), end: () => clock.uninstall() };
};
/** The moments at which `start` has something to tell within one tick of 300 ms. */
const moments = (install, start) => {
  const clock = install();
  const seen = [];
  start(() => seen.push(Date.now()));
  clock.tick(300);
  clock.end();
  return seen.join(', ') || 'nothing';
};
const timers = (note) =>
  setTimeout(() => {
    note();
    setTimeout(note, 100);
  }, 100);
const debounced = (note) => {
  const typed$ = new Subject();
  typed$.pipe(debounceTime(100)).subscribe(note);
  typed$.next('a');
  setTimeout(() => typed$.next('ab'), 50);
};
const ticks = (note) => interval(100).subscribe(note);
for (const [name, install] of Object.entries({ 'node:test': ofNode, sinon: ofSinon })) {
  const [of, during, every] = [timers, debounced, ticks].map((start) => moments(install, start));
  console.log(`${name}: timers ${of}; debounced ${during}; interval ${every}`);
}
JS
seen=$(timeout 60 node_modules/.bin/node --no-warnings run.mjs)
echo "$seen"
test "$seen" = 'node:test: timers 300; debounced nothing; interval 300, 300, 300
sinon: timers 100, 200; debounced 150; interval 100, 200, 300'
