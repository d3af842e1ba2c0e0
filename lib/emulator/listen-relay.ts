import { describeAs } from '../base/described.js';
import { guarded, toConsole } from '../base/log.js';
import { consoleDoor, type ConsoleOption } from './console-door.js';
import { listenOnSockets, type SocketOptions } from './host/sockets/listen-on-sockets.js';
import { postWebhooks } from './post-webhooks.js';
import { createRelay, type RelayEmulator } from './relay/relay.js';
import type { RelayOptions } from './relay/settings.js';
import { replayedRelay } from './replay/relay/replayed-relay.js';
import type { ReplayOptions } from './replay/replayed.js';

export interface ListenRelayOptions extends RelayOptions, SocketOptions, ReplayOptions, ConsoleOption {
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

/**
 * Listens for HTTP and WebSocket on one port. Rejects when the port is not available, or an option is wrong. With the
 * option `origins` it is the relay that looks at the Origin, as the service does, unless `allowedOrigins` are given.
 */
export async function listenRelay(options: ListenRelayOptions = {}): Promise<ListeningRelay> {
  const relay = options.relay ?? createRelay(options);
  const core = replayedRelay(relay, options);
  const door = consoleDoor(options, {
    servers: () => ({ ably: undefined, relay: listening }),
    maxFrameSize: relay.maxFrameSize,
  });
  const allowed = options.origins && !options.relay ? { allowedOrigins: ['*'] } : {};
  const { host, port, authority, close } = await listenOnSockets(core, { ...allowed, ...options }, door);
  const webhooks = postWebhooks(relay.watchEvents$, guarded(options.log ?? toConsole)).subscribe();
  const listening: ListeningRelay = {
    url: `ws://${authority}`,
    host,
    port,
    relay,
    close: async () => {
      webhooks.unsubscribe();
      if (!options.relay) relay.dispose();
      await close();
    },
  };
  return describeAs('ListeningRelay', listening, () => ({ url: listening.url, relay }));
}
