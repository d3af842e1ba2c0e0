#!/usr/bin/env bash
# The time in milliseconds, 1764477570000, in MessagePack: an integer of 41 bits, which every JavaScript number holds. The guess
# was that each encoder writes an integer, and that each decoder makes a number of it. msgpackr 2.1.4 writes integers beyond 32
# bits as float64, and so does @msgpack/msgpack 3.1.3 once useBigInt64 is on, though no BigInt is in sight: a peer that asks for
# an integer has a float. The uint64 that @msgpack/msgpack writes otherwise is a BigInt for msgpackr, which JSON.stringify
# refuses and which no sum with a number takes. Each reads what it wrote itself, so that a spec of one of them shows nothing.
# The option int64AsType of msgpackr helps its decoder. Seen on Node 20:
#   @msgpack/msgpack writes uint64, with useBigInt64 float64
#   msgpackr writes float64
#   msgpackr reads its own: number
#   msgpackr reads that of @msgpack/msgpack: bigint, JSON.stringify: TypeError
#   with int64AsType number: number
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @msgpack/msgpack@3.1.3 msgpackr@2.1.4
cat > run.mjs <<'JS'
import { encode } from '@msgpack/msgpack';
import { Packr, pack, unpack } from 'msgpackr';

const time = 1764477570000;
const types = { 0xcb: 'float64', 0xcf: 'uint64' };
const type = (bytes) => types[bytes[0]];
const json = (value) => {
  try {
    return JSON.stringify(value);
  } catch ({ name }) {
    return name;
  }
};
console.log(`@msgpack/msgpack writes ${type(encode(time))}, with useBigInt64 ${type(encode(time, { useBigInt64: true }))}`);
console.log(`msgpackr writes ${type(pack(time))}`);
console.log(`msgpackr reads its own: ${typeof unpack(pack(time))}`);
const other = unpack(encode({ time }));
console.log(`msgpackr reads that of @msgpack/msgpack: ${typeof other.time}, JSON.stringify: ${json(other)}`);
const packr = new Packr({ int64AsType: 'number', useRecords: false });
console.log(`with int64AsType number: ${typeof packr.unpack(encode({ time })).time}`);
JS
seen=$(timeout 60 node run.mjs)
echo "$seen"
test "$seen" = '@msgpack/msgpack writes uint64, with useBigInt64 float64
msgpackr writes float64
msgpackr reads its own: number
msgpackr reads that of @msgpack/msgpack: bigint, JSON.stringify: TypeError
with int64AsType number: number'
