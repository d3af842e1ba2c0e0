#!/usr/bin/env bash
# useObservable() of @vueuse/rxjs 14.4.0 subscribes in setup(), also while Vue 3 renders on a server, and unsubscribes when its
# effect scope is disposed of, which a server's render never does: each render leaves one subscriber behind, and what that keeps
# open. Seen on Node 20 with rxjs 7.8.2, after three renders:
#   <p>hello</p>
#   subscribers: 3
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @vueuse/rxjs@14.4.0 vue@3.5.43 @vue/server-renderer@3.5.43 rxjs@7.8.2
cat > run.mjs <<'JS'
import { useObservable } from '@vueuse/rxjs';
import { renderToString } from '@vue/server-renderer';
import { Observable } from 'rxjs';
import { createSSRApp, h } from 'vue';
let subscribers = 0;
const greeting$ = new Observable((subscriber) => {
  subscribers += 1;
  subscriber.next('hello');
  return () => (subscribers -= 1);
});
const App = {
  setup() {
    const greeting = useObservable(greeting$);
    return () => h('p', greeting.value);
  },
};
let html;
for (let render = 0; render < 3; render += 1) html = await renderToString(createSSRApp(App));
console.log(html);
console.log(`subscribers: ${subscribers}`);
JS
seen=$(timeout 60 node run.mjs)
echo "$seen"
test "$seen" = '<p>hello</p>
subscribers: 3'
