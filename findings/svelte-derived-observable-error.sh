#!/usr/bin/env bash
# derived() of svelte/store 5.57.3 takes Observables of RxJS for stores. It subscribes with a second function, by which Svelte's
# own stores say that a new value is on its way, and which RxJS takes for an error handler. An Observable that fails is thus
# one whose next value never comes: nobody hears of the error, and the derived store stands still, also when its other stores
# change. Seen on Node 20 with rxjs 7.8.2, where `first` fails between two values of `second`:
#   before: 1 a
#   after: 1 a
#   errors: 0
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund svelte@5.57.3 rxjs@7.8.2
cat > run.mjs <<'JS'
import { derived, writable } from 'svelte/store';
import { BehaviorSubject } from 'rxjs';
let errors = 0;
process.on('uncaughtException', () => (errors += 1));
const first = new BehaviorSubject(1);
const second = writable('a');
let value;
derived([first, second], (values) => values.join(' ')).subscribe((latest) => (value = latest));
console.log(`before: ${value}`);
first.error(new Error('lost'));
second.set('b');
await new Promise((resolve) => setTimeout(resolve, 50));
console.log(`after: ${value}`);
console.log(`errors: ${errors}`);
JS
seen=$(timeout 60 node run.mjs)
echo "$seen"
test "$seen" = 'before: 1 a
after: 1 a
errors: 0'
