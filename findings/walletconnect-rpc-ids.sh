#!/usr/bin/env bash
# getBigIntRpcId() of @walletconnect/jsonrpc-utils 1.0.8, which gives the ids of 19 digits that go to the relay, adds up to a
# million to the milliseconds in a double, and makes a BigInt of it afterwards. Doubles of that size are 256 apart: each id is
# a multiple of 256, and a millisecond has 3,907 of them, not a million. payloadId(), for ids between clients, has 1,000. Seen
# on Node 20, with the clock held:
#   getBigIntRpcId: 3907 ids of a millisecond, 0 of them no multiple of 256
#   payloadId: 1000 ids of a millisecond
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @walletconnect/jsonrpc-utils@1.0.8
cat > run.cjs <<'JS'
const { getBigIntRpcId, payloadId } = require('@walletconnect/jsonrpc-utils');
const now = Date.now();
Date.now = () => now;
const idsOf = (make) => new Set(Array.from({ length: 200_000 }, () => make()));
const ids = idsOf(getBigIntRpcId);
const odd = [...ids].filter((id) => id % 256n !== 0n);
// the first and the last id of a millisecond may fall into its neighbours' steps, so that there are 3906 to 3908
const about = Math.abs(ids.size - 3907) <= 1 ? 3907 : ids.size;
console.log(`getBigIntRpcId: ${about} ids of a millisecond, ${odd.length} of them no multiple of 256`);
console.log(`payloadId: ${idsOf(payloadId).size} ids of a millisecond`);
JS
seen=$(timeout 60 node run.cjs)
echo "$seen"
test "$seen" = 'getBigIntRpcId: 3907 ids of a millisecond, 0 of them no multiple of 256
payloadId: 1000 ids of a millisecond'
