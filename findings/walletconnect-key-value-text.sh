#!/usr/bin/env bash
# KeyValueStorage of @walletconnect/keyvaluestorage 1.1.1 on Node, with which a program may keep what is its own beside the
# SDK's. The guess was that a text comes back as the text that it was, as the type says: getItem<string>. A text that is JSON
# comes back as what the JSON says: the version "1.10" as the number 1.1, "true" as a boolean. And `undefined`, which setItem
# takes, comes back as an empty text, so that it is not as if the key had never been set. Seen on Node 20, in memory:
#   "1.10" (string): 1.1 (number)
#   "true" (string): true (boolean)
#   "[1]" (string): [1] (object)
#   "plain" (string): "plain" (string)
#   undefined (undefined): "" (string)
#   never set: undefined (undefined)
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @walletconnect/keyvaluestorage@1.1.1
cat > run.cjs <<'JS'
const { KeyValueStorage } = require('@walletconnect/keyvaluestorage');
const said = (value) => `${JSON.stringify(value)} (${typeof value})`;
void (async () => {
  const storage = new KeyValueStorage({ database: ':memory:' });
  for (const value of ['1.10', 'true', '[1]', 'plain', undefined]) {
    await storage.setItem('key', value);
    console.log(`${said(value)}: ${said(await storage.getItem('key'))}`);
  }
  console.log(`never set: ${said(await storage.getItem('another'))}`);
  process.exit();
})();
JS
seen=$(timeout 60 node run.cjs)
echo "$seen"
test "$seen" = '"1.10" (string): 1.1 (number)
"true" (string): true (boolean)
"[1]" (string): [1] (object)
"plain" (string): "plain" (string)
undefined (undefined): "" (string)
never set: undefined (undefined)'
