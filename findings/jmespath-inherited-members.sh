#!/usr/bin/env bash
# Filters of Ably's derived channels are JMESPath, whose objects have the members that their JSON has, and null for all others.
# Both libraries for JavaScript (@jmespath-community/jmespath 1.3.0, jmespath 0.16.0) also find what every object inherits, and
# answer with a function, which no JSON can hold: a filter that asks whether there is a header `toString` or `constructor` is
# true of every message. `keys()` of the same object lists none of them. Seen on Node 20:
#   headers.missing: null; headers.toString: function; headers.constructor: function; keys(headers): ["a"]
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @jmespath-community/jmespath@1.3.0 jmespath@0.16.0
cat > run.mjs <<'JS'
import community from '@jmespath-community/jmespath';
import jmespath from 'jmespath';

const document = JSON.parse('{"headers":{"a":1}}');
const expressions = ['headers.missing', 'headers.toString', 'headers.constructor', 'keys(headers)'];
const shown = (value) => (typeof value === 'function' ? 'function' : JSON.stringify(value));
for (const [name, { search }] of Object.entries({ community, jmespath }))
  console.log(`${name}: ${expressions.map((text) => `${text}: ${shown(search(document, text))}`).join('; ')}`);
JS
seen=$(node run.mjs)
echo "$seen"
same='headers.missing: null; headers.toString: function; headers.constructor: function; keys(headers): ["a"]'
test "$seen" = "community: $same
jmespath: $same"
