#!/usr/bin/env bash
# symbol-observable 4.0.0, which stores and stream libraries import so that they understand one another, next to RxJS 7.8.2.
# The guess was that from() takes a Redux store with it as it does without. That depends on the order of imports. Each
# library looks for Symbol.observable once, when it is loaded, and makes do with the text "@@observable" where there is none;
# the package puts the symbol in place. Loaded between RxJS and Redux, it parts the two for good. Seen on Node 20 with Redux
# 5.0.1:
#   rxjs redux: 1
#   symbol-observable rxjs redux: 1
#   rxjs symbol-observable redux: TypeError
#   rxjs redux symbol-observable: 1
#   redux symbol-observable rxjs: TypeError
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund redux@5.0.1 rxjs@7.8.2 symbol-observable@4.0.0
cat > run.mjs <<'JS'
const names = process.argv.slice(2);
const modules = {};
for (const name of names) modules[name] = await import(name);
const { createStore } = modules.redux;
const { from } = modules.rxjs;
let seen = 'nothing';
try {
  from(createStore((state = 1) => state)).subscribe((state) => (seen = state));
} catch (error) {
  seen = error.name;
}
console.log(`${names.join(' ')}: ${seen}`);
JS
seen=$(
  for names in 'rxjs redux' 'symbol-observable rxjs redux' 'rxjs symbol-observable redux' \
    'rxjs redux symbol-observable' 'redux symbol-observable rxjs'; do
    timeout 60 node run.mjs $names
  done
)
echo "$seen"
test "$seen" = 'rxjs redux: 1
symbol-observable rxjs redux: 1
rxjs symbol-observable redux: TypeError
rxjs redux symbol-observable: 1
redux symbol-observable rxjs: TypeError'
