/** Runs a bundle with the globals that React Native gives, over native modules that Node stands in for. */
export const host = `
import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { WebSocket } from 'ws';
import { listen } from 'rx-realtime/emulator';
const server = await listen();
const { key, host, port } = server;
const native = {};
const emit = (name, body) => queueMicrotask(() => native.emit(name, body));
const sockets = new Map();
const blobs = new Map();
let requests = 0;
const events = { addListener: () => undefined, removeListeners: () => undefined };
const modules = {
  PlatformConstants: { getConstants: () => ({ osVersion: '18', systemName: 'iOS', isTesting: false, forceTouchAvailable: false, interfaceIdiom: 'phone', reactNativeVersion: { major: 0, minor: 88, patch: 1 } }) },
  AppState: { ...events, getConstants: () => ({ initialAppState: 'active' }), getCurrentAppState: () => undefined },
  WebSocketModule: { ...events,
    connect: (url, protocols, options, id) => {
      const socket = new WebSocket(url, protocols ?? []);
      sockets.set(id, socket);
      socket.on('open', () => emit('websocketOpen', { id, protocol: socket.protocol }));
      socket.on('message', (data, isBinary) => emit('websocketMessage', isBinary ? { id, type: 'binary', data: data.toString('base64') } : { id, type: 'text', data: data.toString() }));
      socket.on('close', (code, reason) => emit('websocketClosed', { id, code, reason: reason.toString() }));
      socket.on('error', ({ message }) => emit('websocketFailed', { id, message }));
    },
    send: (text, id) => sockets.get(id).send(text),
    sendBinary: (text, id) => sockets.get(id).send(Buffer.from(text, 'base64')),
    ping: (id) => sockets.get(id).ping(),
    close: (code, reason, id) => sockets.get(id).close(code, reason),
  },
  BlobModule: { ...events, getConstants: () => ({ BLOB_URI_SCHEME: 'blob', BLOB_URI_HOST: null }), addNetworkingHandler: () => undefined, addWebSocketHandler: () => undefined, removeWebSocketHandler: () => undefined, sendOverSocket: () => undefined, createFromParts: () => undefined, release: (id) => blobs.delete(id) },
  FileReaderModule: { readAsText: async ({ blobId }) => blobs.get(blobId).toString('utf8'), readAsDataURL: async ({ blobId }) => 'data:;base64,' + blobs.get(blobId).toString('base64') },
  Networking: { ...events,
    sendRequest: ({ method, url, data, headers, responseType }, callback) => {
      const id = (requests += 1);
      callback(id);
      fetch(url, { method, headers, ...(data?.string !== undefined && { body: data.string }) }).then(async (response) => {
        emit('didReceiveNetworkResponse', [id, response.status, Object.fromEntries(response.headers), response.url]);
        const bytes = Buffer.from(await response.arrayBuffer());
        const blobId = 'blob' + id;
        blobs.set(blobId, bytes);
        emit('didReceiveNetworkData', [id, responseType === 'blob' ? { blobId, offset: 0, size: bytes.length, type: '' } : responseType === 'base64' ? bytes.toString('base64') : bytes.toString()]);
        emit('didCompleteNetworkResponse', [id, null, false]);
      }, (error) => emit('didCompleteNetworkResponse', [id, String(error), false]));
    },
    abortRequest: () => undefined, clearCookies: () => undefined },
};
const globals = { setTimeout, clearTimeout, setInterval, clearInterval, performance, TextEncoder, console, queueMicrotask, Promise,
  btoa, atob, nativeModuleProxy: {}, __turboModuleProxy: (name) => modules[name] ?? null, native,
  key, authUrl: 'http://' + host + ':' + port + '/auth', address: { endpoint: host, port, tls: false }, say: (...words) => console.log(...words), finish: () => server.close() };
const context = createContext(globals);
Object.assign(globals, { global: context, window: context, self: context });
runInContext(readFileSync('out.js', 'utf8'), context);
`;
