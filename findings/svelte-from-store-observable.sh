#!/usr/bin/env bash
# Svelte 5.57.3 takes an Observable of RxJS for a store where a component reads it as `$name`, because that form knows
# subscriptions with an `unsubscribe` method. `fromStore` of svelte/store does not: it reads the value, and when the last effect
# that reads it is gone it calls the Subscription as a function, which throws, and the Observable stays subscribed to. Seen on
# Node 20, with the client's half of Svelte and rxjs 7.8.2:
#   read: a value, subscribers: 1
#   thrown: stop is not a function
#   at the end: subscribers: 1
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund svelte@5.57.3 rxjs@7.8.2
cat > run.svelte.js <<'JS'
import { Observable } from 'rxjs';
import { flushSync } from 'svelte';
import { fromStore } from 'svelte/store';

let subscribers = 0;
const source$ = new Observable((subscriber) => {
  subscribers += 1;
  subscriber.next('a value');
  return () => (subscribers -= 1);
});
process.on('uncaughtException', ({ message }) => console.log(`thrown: ${message}`));
process.on('exit', () => console.log(`at the end: subscribers: ${subscribers}`));
let read;
const end = $effect.root(() => {
  const store = fromStore(source$);
  $effect(() => {
    read = store.current;
  });
});
flushSync();
console.log(`read: ${read}, subscribers: ${subscribers}`);
end();
flushSync();
JS
cat > compile.mjs <<'JS'
import { readFileSync, writeFileSync } from 'node:fs';
import { compileModule } from 'svelte/compiler';
writeFileSync('run.mjs', compileModule(readFileSync('run.svelte.js', 'utf8'), { generate: 'client' }).js.code);
JS
node compile.mjs
seen=$(node --conditions=browser run.mjs)
echo "$seen"
test "$seen" = $'read: a value, subscribers: 1\nthrown: stop is not a function\nat the end: subscribers: 1'
