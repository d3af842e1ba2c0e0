#!/usr/bin/env bash
# atomWithObservable() of jotai 2.20.3, read and not mounted: by store.get(), or by a component that is rendered and never
# mounted, as each is on a server. The guess was that it leaves the Observable again once it has a value, or once its option
# `timeout`, in milliseconds, is over. It stays subscribed, with whatever the Observable holds open, and further reads answer
# with the first value, though there have been others. Only to mount the atom and to leave it again ends that. Seen on Node 20
# with rxjs 7.8.2, the same with and without a timeout of 50 ms:
#   read: 1, subscribers 1
#   a second value, read 300 ms later: 1, subscribers 1
#   mounted: 2, subscribers 1
#   left: subscribers 0
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund jotai@2.20.3 rxjs@7.8.2
cat > run.mjs <<'JS'
import { setTimeout as wait } from 'node:timers/promises';
import { createStore } from 'jotai/vanilla';
import { atomWithObservable } from 'jotai/vanilla/utils';
import { BehaviorSubject } from 'rxjs';

async function seen(options) {
  const source$ = new BehaviorSubject(1);
  const latest = atomWithObservable(() => source$, options);
  const store = createStore();
  const lines = [];
  const subscribers = () => `subscribers ${source$.observers.length}`;
  const read = (when) => lines.push(`${when}: ${store.get(latest)}, ${subscribers()}`);
  read('read');
  source$.next(2);
  await wait(300);
  read('a second value, read 300 ms later');
  const leave = store.sub(latest, () => {});
  read('mounted');
  leave();
  await wait(300);
  lines.push(`left: ${subscribers()}`);
  return lines.join('\n');
}
const [plain, timed] = [await seen(), await seen({ timeout: 50 })];
console.log(plain);
if (timed !== plain) console.log(`with a timeout:\n${timed}`);
JS
seen=$(timeout 60 node run.mjs)
echo "$seen"
test "$seen" = 'read: 1, subscribers 1
a second value, read 300 ms later: 1, subscribers 1
mounted: 2, subscribers 1
left: subscribers 0'
