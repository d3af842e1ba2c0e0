#!/usr/bin/env bash
# msgpackr 2.1.4 and what JavaScript calls undefined: an optional field that is absent, a hole in an array. The guess was that it
# is left out or is nil, as for JSON and for other encoders. It is written as an extension of type 0 with one byte, which only
# msgpackr reads as undefined: @msgpack/msgpack 3.1.3 makes an object of it, which is true where the field is asked for. An
# invalid date is an extension -1 of one byte, where the format's timestamps have 4, 8 or 12, and the whole message is refused.
# Objects of `new Packr()`, unlike those of pack(), are records of its own, and no other decoder reads them. Seen on Node 20:
#   pack({ a: undefined }): 1 key, ExtData of type 0
#   pack([, 1]): ExtData of type 0 and 1
#   pack({ a: new Date(NaN) }): refused
#   new Packr().pack({ a: 1 }): refused
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --omit=optional msgpackr@2.1.4 @msgpack/msgpack@3.1.3
cat > run.mjs <<'JS'
import { decode, ExtData } from '@msgpack/msgpack';
import { pack, Packr } from 'msgpackr';

const shown = (value) => (value instanceof ExtData ? `ExtData of type ${value.type}` : JSON.stringify(value));
const read = (bytes, show) => {
  try {
    return show(decode(bytes));
  } catch {
    return 'refused';
  }
};
const fields = (value) => `${Object.keys(value).length} key, ${shown(value.a)}`;
console.log(`pack({ a: undefined }): ${read(pack({ a: undefined }), fields)}`);
console.log(`pack([, 1]): ${read(pack([, 1]), (items) => items.map(shown).join(' and '))}`);
console.log(`pack({ a: new Date(NaN) }): ${read(pack({ a: new Date(NaN) }), fields)}`);
console.log(`new Packr().pack({ a: 1 }): ${read(new Packr().pack({ a: 1 }), fields)}`);
JS
seen=$(timeout 60 node run.mjs)
echo "$seen"
test "$seen" = 'pack({ a: undefined }): 1 key, ExtData of type 0
pack([, 1]): ExtData of type 0 and 1
pack({ a: new Date(NaN) }): refused
new Packr().pack({ a: 1 }): refused'
