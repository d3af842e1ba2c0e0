#!/usr/bin/env bash
# RxJS 7.8.2: an interval on a VirtualTimeScheduler cannot be unsubscribed from after some thousand ticks. VirtualAction
# makes a new action for each tick and adds it to the one before it, so that the first one holds a chain as long as the
# interval has ticked; to unsubscribe is a recursion along it. The same interval on asyncScheduler reuses one action. The
# error is an UnsubscriptionError around a RangeError. Seen on Node 20 (the depth depends on the size of the stack):
#   100 ticks: unsubscribed
#   50000 ticks: UnsubscriptionError of RangeError
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund rxjs@7.8.2
cat > run.mjs <<'JS'
import { interval, VirtualTimeScheduler } from 'rxjs';
for (const ticks of [100, 50_000]) {
  const scheduler = new VirtualTimeScheduler(undefined, ticks);
  const subscription = interval(1, scheduler).subscribe();
  scheduler.flush();
  try {
    subscription.unsubscribe();
    console.log(`${ticks} ticks: unsubscribed`);
  } catch (error) {
    console.log(`${ticks} ticks: ${error.name} of ${error.errors[0].name}`);
  }
}
JS
seen=$(node run.mjs)
echo "$seen"
test "$seen" = $'100 ticks: unsubscribed\n50000 ticks: UnsubscriptionError of RangeError'
