#!/usr/bin/env bash
# rxResource of Angular 21.2.24 stays subscribed to its stream when `params` becomes undefined: its status is "idle" and its
# value undefined, and what the stream holds open (a channel, a socket) is held until other params come or its component goes.
# Until the first value it keeps the app from being stable, however long that takes: a server's render waits for a stream that
# is merely quiet. Seen on Node 20 with rxjs 7.8.2 and happy-dom 21.0.4 for the document:
#   quiet: loading, subscribers 1, stable false
#   a value: resolved, subscribers 1, stable true
#   params undefined: idle, subscribers 1, stable true
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund rxjs@7.8.2 happy-dom@21.0.4 \
  @angular/{core,common,compiler,platform-browser}@21.2.24
cat > run.mjs <<'JS'
import '@angular/compiler';
import { ApplicationRef, provideZonelessChangeDetection, signal } from '@angular/core';
import { rxResource } from '@angular/core/rxjs-interop';
import { TestBed } from '@angular/core/testing';
import { BrowserTestingModule, platformBrowserTesting } from '@angular/platform-browser/testing';
import { Window } from 'happy-dom';
import { Subject } from 'rxjs';
globalThis.document = new Window().document;
TestBed.initTestEnvironment(BrowserTestingModule, platformBrowserTesting());
TestBed.configureTestingModule({ providers: [provideZonelessChangeDetection()] });
const app = TestBed.inject(ApplicationRef);
let isStable;
app.isStable.subscribe((value) => (isStable = value));
const room = signal('lobby');
const message$ = new Subject();
const latest = TestBed.runInInjectionContext(() => rxResource({ params: room, stream: () => message$ }));
async function tell(when) {
  await new Promise((resolve) => setTimeout(resolve, 300));
  console.log(`${when}: ${latest.status()}, subscribers ${message$.observers.length}, stable ${isStable}`);
}
await tell('quiet');
message$.next('hello');
await tell('a value');
room.set(undefined);
await tell('params undefined');
process.exit();
JS
seen=$(timeout 60 node run.mjs)
echo "$seen"
test "$seen" = 'quiet: loading, subscribers 1, stable false
a value: resolved, subscribers 1, stable true
params undefined: idle, subscribers 1, stable true'
