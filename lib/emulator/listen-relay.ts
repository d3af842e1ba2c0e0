import { listenOnSockets, type ListenAddress } from './host/listen-on-sockets.js';
import { createRelay, type RelayEmulator } from './relay/relay.js';
import type { RelayOptions } from './relay/settings.js';

export interface ListenRelayOptions extends RelayOptions, ListenAddress {
  /** An existing one, instead of the options for a new one; `close` does not dispose it. */
  readonly relay?: RelayEmulator;
}

/** A relay emulator on real sockets. */
export interface ListeningRelay {
  /** URL for clients, `ws://…`; `POST /rpc` is at the same address. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly relay: RelayEmulator;
  /** Closes all sockets at once; afterwards nothing keeps the process alive. */
  close(): Promise<void>;
}

/** Listens for HTTP and WebSocket on one port. Rejects when the port is not available. */
export async function listenRelay(options: ListenRelayOptions = {}): Promise<ListeningRelay> {
  const relay = options.relay ?? createRelay(options);
  const { host, port, authority, close } = await listenOnSockets(relay, options);
  return {
    url: `ws://${authority}`,
    host,
    port,
    relay,
    close: async () => {
      if (!options.relay) relay.dispose();
      await close();
    },
  };
}
