#!/usr/bin/env bash
# Server-sent events without data: a comment, as servers send to keep a connection alive, and an event that has only an id, as
# they send to move the place from which a reconnect goes on. The standard has no message of either, the id of the second counts
# in the next request, and lastEventId of a message without an id is the last one. The guess was that the libraries do the same.
# @microsoft/fetch-event-source 2.0.1 calls onmessage for both, with empty data, which JSON.parse() throws at. eventsource 4.1.1
# forgets the id of an event without data, and asks for more from the wrong place; its messages without an id have none. 5.1.5,
# which asks for Node 22, is right in all, and so is undici 7.30.2. Seen on Node 20, for a message "a" with the id 1, a message
# "b" without, a comment, and the id 3 alone:
#   undici: a of 1, b of 1; then Last-Event-ID 3
#   eventsource 5: a of 1, b of 1; then Last-Event-ID 3
#   eventsource 4: a of 1, b of none; then Last-Event-ID 1
#   fetch-event-source: a of 1, b of none, empty of none, empty of 3; then Last-Event-ID 3
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund undici@7.30.2 eventsource@4.1.1 eventsource-5@npm:eventsource@5.1.5 \
  @microsoft/fetch-event-source@2.0.1
cat > run.mjs <<'JS'
import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { fetchEventSource } from '@microsoft/fetch-event-source';
import { EventSource as EventSource4 } from 'eventsource';
import { EventSource as EventSource5 } from 'eventsource-5';
import { EventSource as Undici } from 'undici';

/** Sends the events to the first request and ends it; tells the id that the second one asks from. */
async function seenBy(connect) {
  const messages = [];
  const note = (data, id) => messages.push(`${data || 'empty'} of ${id || 'none'}`);
  let requests = 0;
  let leave;
  const again = new Promise((resolve) => {
    const http = createServer((request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (++requests === 1) response.end('retry: 50\nid: 1\ndata: a\n\ndata: b\n\n: alive\n\nid: 3\n\n');
      else resolve(request.headers['last-event-id']);
    });
    http.listen(0, '127.0.0.1', () => (leave = connect(`http://127.0.0.1:${http.address().port}`, note)));
  });
  const id = await Promise.race([again, wait(10_000, 'never', { ref: false })]);
  leave();
  return `${messages.join(', ')}; then Last-Event-ID ${id}`;
}
const standard = (Source) => (url, note) => {
  const source = new Source(url);
  source.onmessage = ({ data, lastEventId }) => note(data, lastEventId);
  return () => source.close();
};
function overFetch(url, note) {
  const controller = new AbortController();
  fetchEventSource(url, {
    signal: controller.signal,
    openWhenHidden: true,
    onmessage: ({ data, id }) => note(data, id),
    onclose: () => {
      throw new Error('ended, to be asked for again');
    },
    onerror: () => 50,
  }).catch(() => {});
  return () => controller.abort();
}
globalThis.window = globalThis;
console.log(`undici: ${await seenBy(standard(Undici))}`);
console.log(`eventsource 5: ${await seenBy(standard(EventSource5))}`);
console.log(`eventsource 4: ${await seenBy(standard(EventSource4))}`);
console.log(`fetch-event-source: ${await seenBy(overFetch)}`);
process.exit();
JS
seen=$(timeout 60 node --no-warnings run.mjs)
echo "$seen"
test "$seen" = 'undici: a of 1, b of 1; then Last-Event-ID 3
eventsource 5: a of 1, b of 1; then Last-Event-ID 3
eventsource 4: a of 1, b of none; then Last-Event-ID 1
fetch-event-source: a of 1, b of none, empty of none, empty of 3; then Last-Event-ID 3'
