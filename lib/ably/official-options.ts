import { elsewhereOf } from '../options/unknown-options.js';

/** Options of Ably's own client and of `createClient`, and their counterparts here: the warning about one is the guide for those who move. */
export const officialOptions = elsewhereOf([
  ['write "endpoint"', 'environment restHost realtimeHost host'],
  ['leave it out for JSON, or write "codec: msgpack()", of "rx-realtime/msgpack"', 'useBinaryProtocol'],
  ['write "log", a function', 'logLevel logHandler'],
  ['write "vcdiff" for its plugin, the others are here', 'plugins'],
  ['WebSocket is the only one', 'transports'],
  ['write "defaultTokenParams"', 'tokenParams'],
  ['write "recoverName"', 'recoveryKeyStorageName'],
  ['write "connectivityCheckUrl"', 'wsConnectivityCheckUrl'],
  ['have "fetch" answer "yes"', 'disableConnectivityCheck'],
  ['write "httpRequestTimeout"', 'httpOpenTimeout'],
  ['write "fetch" and "webSocketCtor"', 'restAgentOptions'],
  ['pages close when they go, unless they "recover"', 'closeOnUnload'],
  ['there is no push', 'pushServiceWorkerUrl'],
  ['write its options here', 'auth'],
  ['write "key"', 'apiKey'],
]);
