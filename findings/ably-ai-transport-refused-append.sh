#!/usr/bin/env bash
# @ably/ai-transport 0.8.0 goes on appending after an append was refused, says that the stream is complete, and only then puts
# the whole text in its place. Somebody who reads until the status is "complete" ends with a text that lacks a token in its
# midst, and hears no error. An update with the whole text follows the status, never precedes it. Seen on Node 20, where the
# second of three appends is refused:
#   publish "" streaming
#   append "Once " streaming
#   append "upon " streaming (refused)
#   append "a time" streaming
#   append "" complete
#   update "Once upon a time" complete
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @ably/ai-transport@0.8.0 ably@2.28.0
cat > run.mjs <<'JS'
import { createEncoderCore, HEADER_STATUS } from '@ably/ai-transport';
const say = (what, { data, extras }, end = '') =>
  console.log(`${what} ${JSON.stringify(data)} ${extras.ai.transport[HEADER_STATUS]}${end}`);
let appends = 0;
const channel = {
  name: 'answers',
  publish: async (message) => {
    say('publish', message);
    return { serials: ['serial'] };
  },
  appendMessage: async (message) => {
    appends += 1;
    say('append', message, appends === 2 ? ' (refused)' : '');
    if (appends === 2) throw Object.assign(new Error('not now'), { code: 50000, statusCode: 500 });
    return { versionSerial: 'version' };
  },
  updateMessage: async (message) => {
    say('update', message);
    return { versionSerial: 'version' };
  },
};
const encoder = createEncoderCore(channel);
await encoder.startStream('answer', { name: 'ai-output', data: '' });
for (const token of ['Once ', 'upon ', 'a time']) encoder.appendStream('answer', token);
await encoder.closeStream('answer', { name: 'ai-output', data: '' });
JS
seen=$(timeout 60 node run.mjs)
echo "$seen"
test "$seen" = 'publish "" streaming
append "Once " streaming
append "upon " streaming (refused)
append "a time" streaming
append "" complete
update "Once upon a time" complete'
