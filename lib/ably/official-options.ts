import type { Elsewhere } from '../options/unknown-options.js';

/** Options of Ably's own client and their counterparts here: the warning about one is the guide for those who move. */
export const officialOptions: Elsewhere = new Map(
  (
    [
      ['write "endpoint"', 'environment restHost realtimeHost'],
      ['write "codec: msgpack()", with `msgpack` of "rx-realtime/msgpack"', 'useBinaryProtocol'],
      ['write "log", a function of a level and an event', 'logLevel logHandler'],
      ['everything is in this client, but for "vcdiff" of "rx-realtime/vcdiff"', 'plugins'],
      ['leave it out, the only one is the WebSocket', 'transports'],
      ['write "defaultTokenParams"', 'tokenParams'],
      ['write "recover", as a function', 'recoveryKeyStorageName'],
      ['write "connectivityCheckUrl"', 'wsConnectivityCheckUrl'],
      ['answer "yes" by "fetch" at "connectivityCheckUrl"', 'disableConnectivityCheck'],
      ['write "httpRequestTimeout"', 'httpOpenTimeout'],
      ['write "realtimeRequestTimeout"', 'webSocketConnectTimeout webSocketSlowTimeout'],
      ['leave it out, publishes are recognised when they are sent again', 'idempotentRestPublishing'],
      ['write "fetch" and "webSocketCtor", with agents of their own', 'restAgentOptions'],
      ['call dispose() where the page is left', 'closeOnUnload'],
      ['leave "fallbackHosts" out', 'fallbackHostsUseDefault'],
      ['leave it out, there is no push', 'pushServiceWorkerUrl pushRecipientChannel pushFullWait'],
    ] as const
  ).flatMap(([advice, names]) => names.split(' ').map((name) => [name, advice] as const)),
);
