#!/usr/bin/env bash
# The WebSocket of React Native 0.88.1, in the half of it that is JavaScript; the native half is stood in for here by an
# emitter of the same events. The guess was that it has what browsers have. wasClean of its `close` is false whatever happened,
# because nothing sets it, and bufferedAmount is undefined, so that `bufferedAmount > limit` is never true. webSocket() of RxJS
# 7.8.2, which asks wasClean, completes in a browser where a server closes with 1000, and errors on React Native, so that
# retry() connects again after each closing in good form. Seen on Node 20:
#   close 1000: wasClean false
#   webSocket(): error
#   bufferedAmount: undefined
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @babel/core@7.29.0 @react-native/babel-preset@0.88.1 \
  base64-js@1.5.1 invariant@2.2.4 rxjs@7.8.2
tar -xzf "$(npm pack --silent react-native@0.88.1)" package/Libraries package/src package/package.json
cat > run.cjs <<'JS'
const { EventEmitter } = require('node:events');
const Module = require('node:module');
const { transformFileSync } = require('@babel/core');
const { webSocket } = require('rxjs/webSocket');

globalThis.__DEV__ = false;
const native = new EventEmitter();
const stands = {
  NativeEventEmitter: class {
    addListener(name, listener) {
      native.on(name, listener);
      return { remove: () => native.off(name, listener) };
    }
  },
  NativeWebSocketModule: { connect() {}, send() {}, close() {} },
  BlobManager: { isAvailable: false },
  Blob: class {},
  Platform: { OS: 'android' },
  TurboModuleRegistry: { get: () => null },
};
const load = Module._load;
Module._load = (name, ...rest) => {
  const stand = name.startsWith('.') && stands[name.split('/').at(-1)];
  return stand ? { ...stand, __esModule: true, default: stand } : load(name, ...rest);
};
const compile = Module.prototype._compile;
Module.prototype._compile = function (source, filename) {
  if (!filename.includes('/package/')) return compile.call(this, source, filename);
  const presets = [['@react-native/babel-preset', { enableBabelRuntime: false }]];
  return compile.call(this, transformFileSync(filename, { presets, babelrc: false }).code, filename);
};
const WebSocket = require('./package/Libraries/WebSocket/WebSocket.js').default;

let id = 0;
const closedBy = (socket) => {
  native.emit('websocketOpen', { id, protocol: '' });
  socket?.send('hello');
  const amount = socket?.bufferedAmount;
  native.emit('websocketClosed', { id: id++, code: 1000, reason: '' });
  return amount;
};
const socket = new WebSocket('ws://127.0.0.1/');
socket.onclose = ({ code, wasClean }) => console.log(`close ${code}: wasClean ${wasClean}`);
const amount = closedBy(socket);
webSocket({ url: 'ws://127.0.0.1/', WebSocketCtor: WebSocket }).subscribe({
  error: () => console.log('webSocket(): error'),
  complete: () => console.log('webSocket(): complete'),
});
closedBy();
console.log(`bufferedAmount: ${amount}`);
JS
seen=$(timeout 60 node run.cjs)
echo "$seen"
test "$seen" = 'close 1000: wasClean false
webSocket(): error
bufferedAmount: undefined'
