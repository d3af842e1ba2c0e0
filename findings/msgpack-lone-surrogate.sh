#!/usr/bin/env bash
# @msgpack/msgpack 3.1.3 writes half of a surrogate pair in a text of up to 50 characters as the three bytes of that code
# unit, which are no UTF-8, and in a longer text as U+FFFD: short texts are encoded by a loop of its own, long ones by
# TextEncoder. Whether a peer that checks UTF-8 takes the frame depends on the length of the text. Seen on Node 20:
#   50 characters: eda080
#   51 characters: efbfbd
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @msgpack/msgpack@3.1.3
cat > run.mjs <<'JS'
import { encode } from '@msgpack/msgpack';
for (const characters of [50, 51]) {
  const bytes = encode(`${'x'.repeat(characters - 1)}\ud800`);
  console.log(`${characters} characters: ${Buffer.from(bytes.slice(-3)).toString('hex')}`);
}
JS
seen=$(node run.mjs)
echo "$seen"
test "$seen" = $'50 characters: eda080\n51 characters: efbfbd'
