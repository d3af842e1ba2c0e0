#!/usr/bin/env bash
# expand() of RxJS 7.8.2 tells its subscriber of a value first, and then calls its project function with it and subscribes
# to what that gives, whether or not the subscriber has left meanwhile: with take(n) behind it the n-th value is projected
# too, and defer() is no cure, because its factory runs. Where project asks for the next page of a list, a page that nobody
# wants is requested. Seen on Node 20:
#   take(1): values 1, projected 1, subscribed 1
#   take(3): values 3, projected 3, subscribed 3
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund rxjs@7.8.2
cat > run.mjs <<'JS'
import { defer, expand, of, take } from 'rxjs';

for (const count of [1, 3]) {
  let [values, projected, subscribed] = [0, 0, 0];
  const next = (page) => {
    projected += 1;
    return defer(() => {
      subscribed += 1;
      return of(page + 1);
    });
  };
  of(1).pipe(expand(next), take(count)).subscribe(() => (values += 1));
  console.log(`take(${count}): values ${values}, projected ${projected}, subscribed ${subscribed}`);
}
JS
seen=$(node run.mjs)
echo "$seen"
test "$seen" = 'take(1): values 1, projected 1, subscribed 1
take(3): values 3, projected 3, subscribed 3'
