#!/usr/bin/env bash
# Chromium 147 has an Observable of its own, and EventTarget.when(), which answers with one. The guess was that from() of RxJS
# 7.8.2 takes it, as it takes those of other libraries, and that Observable.from() takes one of RxJS. Neither does: the
# browser's has no Symbol.observable and is no iterable, and it asks others for no such symbol either. An operator whose
# function answers with one, such as switchMap, errors with a TypeError that names Observables first among what it would take.
# Seen with Chromium 147.0.7727 (@sparticuz/chromium 147.0.0):
#   rxjs.from(button.when('click')): TypeError
#   rxjs.switchMap(() => button.when('click')): TypeError
#   Observable.from(rxjs.of(1)): TypeError
#   by hand, new rxjs.Observable((subscriber) => …): 1 click
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @sparticuz/chromium@147.0.0 playwright-core@1.65.1 rxjs@7.8.2
cat > run.mjs <<'JS'
import sparticuz from '@sparticuz/chromium';
import { chromium } from 'playwright-core';

const args = sparticuz.args.filter((arg) => arg !== '--single-process');
const browser = await chromium.launch({ executablePath: await sparticuz.executablePath(), args });
const page = await browser.newPage();
await page.addScriptTag({ path: 'node_modules/rxjs/dist/bundles/rxjs.umd.js' });
const lines = await page.evaluate(async () => {
  const { rxjs, Observable } = globalThis;
  const button = document.createElement('button');
  const clicks = () => button.when('click');
  const failed = (make) =>
    new Promise((resolve) => {
      try {
        make(resolve);
      } catch (error) {
        resolve(error);
      }
    }).then(({ name }) => name);
  const lines = [
    `rxjs.from(button.when('click')): ${await failed(() => rxjs.from(clicks()))}`,
    `rxjs.switchMap(() => button.when('click')): ${await failed((error) =>
      rxjs.of(1).pipe(rxjs.switchMap(clicks)).subscribe({ error }),
    )}`,
    `Observable.from(rxjs.of(1)): ${await failed(() => Observable.from(rxjs.of(1)))}`,
  ];
  let heard = 0;
  const byHand$ = new rxjs.Observable((subscriber) => {
    const leaving = new AbortController();
    const next = (event) => subscriber.next(event);
    clicks().subscribe({ next }, { signal: leaving.signal });
    return () => leaving.abort();
  });
  const subscription = byHand$.subscribe(() => (heard += 1));
  button.click();
  subscription.unsubscribe();
  button.click();
  lines.push(`by hand, new rxjs.Observable((subscriber) => …): ${heard} click`);
  return lines;
});
await browser.close();
for (const line of lines) console.log(line);
JS
seen=$(timeout 60 node run.mjs)
echo "$seen"
test "$seen" = "rxjs.from(button.when('click')): TypeError
rxjs.switchMap(() => button.when('click')): TypeError
Observable.from(rxjs.of(1)): TypeError
by hand, new rxjs.Observable((subscriber) => …): 1 click"
