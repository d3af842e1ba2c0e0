#!/usr/bin/env bash
# @walletconnect/safe-json 1.0.2, which the parts of WalletConnect encode and decode payloads with, does not give back all JSON
# that it is given. A text of digits and an "n" becomes a BigInt, which JSON.stringify refuses. A text in which 17 digits or
# more stand before a comma, a bracket or a brace is taken for a number: quotes are put around it in the midst of the text, the
# whole is no JSON any more, and safeJsonParse answers with the string that it was given, without an error. Seen on Node 20:
#   {"amount":"5n"}: bigint
#   {"text":"order 1234567890123456, paid"}: object
#   {"text":"order 12345678901234567, paid"}: string
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @walletconnect/safe-json@1.0.2
cat > run.cjs <<'JS'
const { safeJsonParse, safeJsonStringify } = require('@walletconnect/safe-json');
const amount = safeJsonStringify({ amount: '5n' });
console.log(`${amount}: ${typeof safeJsonParse(amount).amount}`);
for (const digits of ['1234567890123456', '12345678901234567']) {
  const json = safeJsonStringify({ text: `order ${digits}, paid` });
  console.log(`${json}: ${typeof safeJsonParse(json)}`);
}
JS
seen=$(timeout 60 node run.cjs)
echo "$seen"
test "$seen" = '{"amount":"5n"}: bigint
{"text":"order 1234567890123456, paid"}: object
{"text":"order 12345678901234567, paid"}: string'
