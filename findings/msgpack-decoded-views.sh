#!/usr/bin/env bash
# @msgpack/msgpack 3.1.3 and msgpackr 2.1.4 on Node, and the bytes that they decode. The guess was that a value of the type bin
# is an array of its own, as each text is a string of its own. It is a view of the frame: three bytes keep alive a frame of a
# megabyte, they change when the buffer of the frame is used again, and where one value is transferred to a worker the others
# of its frame are empty afterwards. Seen on Node 20, for a frame of two values of 3 bytes and one of 1,000,000:
#   @msgpack/msgpack: 3 bytes of a buffer that is as long as the frame
#   @msgpack/msgpack: the frame is filled with 0: 0, 0, 0
#   @msgpack/msgpack: the first is transferred: 0 bytes in the second
#   msgpackr: 3 bytes of a buffer that is as long as the frame
#   msgpackr: the frame is filled with 0: 0, 0, 0
#   msgpackr: the first is transferred: 0 bytes in the second
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --omit=optional msgpackr@2.1.4 @msgpack/msgpack@3.1.3
cat > run.mjs <<'JS'
import { decode, encode } from '@msgpack/msgpack';
import { unpack } from 'msgpackr';

for (const [name, read] of Object.entries({ '@msgpack/msgpack': decode, msgpackr: unpack })) {
  const value = { first: Uint8Array.of(1, 2, 3), second: Uint8Array.of(4, 5, 6), third: new Uint8Array(1_000_000) };
  const frame = Uint8Array.from(encode(value)); // in a buffer of its own
  const { first, second } = read(frame);
  const whole = first.buffer.byteLength === frame.length ? 'as long as the frame' : 'another';
  console.log(`${name}: ${first.length} bytes of a buffer that is ${whole}`);
  frame.fill(0);
  console.log(`${name}: the frame is filled with 0: ${[...first].join(', ')}`);
  structuredClone(first.buffer, { transfer: [first.buffer] });
  console.log(`${name}: the first is transferred: ${second.length} bytes in the second`);
}
JS
seen=$(timeout 60 node run.mjs)
echo "$seen"
same() {
  echo "$1: 3 bytes of a buffer that is as long as the frame
$1: the frame is filled with 0: 0, 0, 0
$1: the first is transferred: 0 bytes in the second"
}
test "$seen" = "$(same @msgpack/msgpack)
$(same msgpackr)"
