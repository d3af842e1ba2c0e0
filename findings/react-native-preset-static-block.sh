#!/usr/bin/env bash
# The Babel preset of React Native 0.88 (@react-native/babel-preset 0.88.1) takes private fields and static fields of classes,
# which are of ES2022, and refuses the static block of the same edition, in each of its profiles: Metro, which runs it over
# packages too, cannot bundle a library that has one. Seen with @babel/core 7 on Node 20:
#   a private field: taken
#   a static field: taken
#   a static block: Static class blocks are not enabled.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @react-native/babel-preset@0.88.1 @babel/core@7.29.0
cat > run.mjs <<'JS'
import { transformSync } from '@babel/core';

const classes = {
  'a private field': 'class A { #x = 1; get() { return this.#x; } }',
  'a static field': 'class A { static x = 1; }',
  'a static block': 'class A { static x; static { A.x = 1; } }',
};
const profiles = ['default', 'hermes-stable', 'hermes-canary', 'hermes-v1'];

const outcome = (code, profile) => {
  const presets = [['@react-native/babel-preset', { unstable_transformProfile: profile }]];
  try {
    transformSync(code, { configFile: false, babelrc: false, filename: 'a.js', presets });
    return 'taken';
  } catch ({ message }) {
    return message.match(/Static class blocks are not enabled\./)?.[0] ?? message;
  }
};
for (const [name, code] of Object.entries(classes)) {
  const outcomes = new Set(profiles.map((profile) => outcome(code, profile)));
  console.log(`${name}: ${[...outcomes].join(', ')}`);
}
JS
seen=$(node run.mjs)
echo "$seen"
test "$seen" = $'a private field: taken\na static field: taken\na static block: Static class blocks are not enabled.'
