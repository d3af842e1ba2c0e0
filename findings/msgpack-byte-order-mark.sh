#!/usr/bin/env bash
# @msgpack/msgpack 3.1.3 decodes a text of more than 200 bytes without the byte order mark (U+FEFF) that it begins with, and
# a shorter one with it: long texts go through TextDecoder, which takes the mark for its own unless told otherwise. A text
# that begins with U+FEFF therefore survives encode and decode or not, depending on its length. Seen on Node 20:
#   200 bytes: kept
#   201 bytes: lost
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @msgpack/msgpack@3.1.3
cat > run.mjs <<'JS'
import { decode, encode } from '@msgpack/msgpack';
for (const bytes of [200, 201]) {
  const text = `\ufeff${'x'.repeat(bytes - 3)}`;
  console.log(`${bytes} bytes: ${decode(encode(text)) === text ? 'kept' : 'lost'}`);
}
JS
seen=$(node run.mjs)
echo "$seen"
test "$seen" = $'200 bytes: kept\n201 bytes: lost'
