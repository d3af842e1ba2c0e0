#!/usr/bin/env bash
# @ably/vcdiff-decoder 1.0.6 says in its README that it is proven with deltas of xdelta. The guess was that it reads what
# xdelta3 writes, or refuses it. xdelta3 puts two things of its own into a delta, unless told not to: a checksum into each
# window (-n leaves it out) and a header of the application (-A leaves it out). The decoder takes the checksum for a part of the
# text, and answers with a wrong one and no error; the header of the application it refuses. The deltas below were written by
# xdelta3 3.0.11 with -S none, for a base and a text of 43 bytes. Seen on Node 20:
#   -n -A: "the quick brown fox leaps over the lazy dog"
#   -A: another text of 43 bytes, no error
#   -n: refused
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @ably/vcdiff-decoder@1.0.6
cat > run.cjs <<'JS'
const { decode } = require('@ably/vcdiff-decoder');
const base = new TextEncoder().encode('the quick brown fox jumps over the lazy dog');
const text = 'the quick brown fox leaps over the lazy dog';
const deltas = {
  '-n -A': 'd6c3c40000012b000f2b000305026c656113140413140017',
  '-A': 'd6c3c40000052b00132b000305025f0e0fe06c656113140413140017',
  '-n': 'd6c3c40004117467742e7478742f2f7372632e7478742f012b000f2b000305026c656113140413140017',
};
const decoded = (hex) => {
  try {
    const bytes = Buffer.from(decode(new Uint8Array(Buffer.from(hex, 'hex')), base));
    return bytes.toString() === text ? JSON.stringify(text) : `another text of ${bytes.length} bytes, no error`;
  } catch {
    return 'refused';
  }
};
for (const [options, hex] of Object.entries(deltas)) console.log(`${options}: ${decoded(hex)}`);
JS
seen=$(node run.cjs)
echo "$seen"
test "$seen" = '-n -A: "the quick brown fox leaps over the lazy dog"
-A: another text of 43 bytes, no error
-n: refused'
