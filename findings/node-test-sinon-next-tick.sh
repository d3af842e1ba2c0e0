#!/usr/bin/env bash
# sinon's useFakeTimers() (22.1.0) fakes process.nextTick too, and the runner of Node 20.20.2, node:test, goes on by it: an
# awaited tickAsync() ends the process in the midst of a test. The summary counts one test where the file has two, none fails,
# and the code is 0. With toNotFake: ['nextTick'] both run. Seen, with the TAP reporter:
#   all faked: # tests 1, # pass 1, # fail 0, code 0
#   without nextTick: # tests 2, # pass 2, # fail 0, code 0
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund sinon@22.1.0 node@20.20.2
for options in '' "{ toNotFake: ['nextTick'] }"; do
  cat > fake.test.mjs <<JS
import { test } from 'node:test';
import sinon from 'sinon';

for (const name of ['one', 'two'])
  test(name, async () => {
    const clock = sinon.useFakeTimers($options);
    await clock.tickAsync(1000);
    clock.restore();
  });
JS
  code=0
  timeout 60 node_modules/.bin/node --test --test-reporter=tap fake.test.mjs > out.txt || code=$?
  name=$([ -z "$options" ] && echo 'all faked' || echo 'without nextTick')
  echo "$name: $(grep -E '^# (tests|pass|fail) ' out.txt | paste -sd, | sed 's/,/, /g'), code $code"
done | tee seen.txt
test "$(cat seen.txt)" = 'all faked: # tests 1, # pass 1, # fail 0, code 0
without nextTick: # tests 2, # pass 2, # fail 0, code 0'
