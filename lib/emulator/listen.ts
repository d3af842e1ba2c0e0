import { describeAs } from '../base/described.js';
import { coreOf } from './ably-core.js';
import { consoleDoor, type ConsoleOption } from './console-door.js';
import { createEmulator, type Emulator } from './ably/server.js';
import type { EmulatorOptions } from './ably/settings.js';
import { hostName, isLoopback, isLoopbackHost } from './host/loopback.js';
import type { ConsoleServers } from './console/servers.js';
import type { HttpRequest } from './host/server-core.js';
import type { ListeningRelay } from './listen-relay.js';
import { replayed, type ReplayOptions } from './replay/replayed.js';
import { listenOnSockets, type SocketOptions } from './host/sockets/listen-on-sockets.js';

export interface ListenOptions extends EmulatorOptions, SocketOptions, ReplayOptions, ConsoleOption {
  /** An existing one, instead of the options for a new one; `close` does not dispose it. */
  readonly emulator?: Emulator;
  /**
   * Serves `/auth`, which gives a token to each caller. Default: only to callers of this machine, by a loopback `host` and
   * a loopback Host header.
   */
  readonly authServer?: boolean;
  /** A relay of this process, which the console shows as well. */
  readonly relay?: ListeningRelay;
}

/** An emulator on real sockets. */
export interface ListeningEmulator {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly key: string;
  readonly emulator: Emulator;
  /** Closes all sockets at once; afterwards nothing keeps the process alive. */
  close(): Promise<void>;
}

/** Listens for HTTP and WebSocket on one port. Rejects when the port is not available, or an option is wrong. */
export async function listen(options: ListenOptions = {}): Promise<ListeningEmulator> {
  const emulator = options.emulator ?? createEmulator(options);
  const { relay } = options;
  const core = replayed(coreOf(emulator, isAuthServed(options)), options);
  const servers = (): ConsoleServers => ({ ably: { url: listening.url, emulator }, relay });
  const door = consoleDoor(options, { servers, maxFrameSize: core.maxFrameSize });
  const { host, port, authority, close } = await listenOnSockets(core, options, door);
  const listening: ListeningEmulator = {
    url: `http://${authority}`,
    host,
    port,
    key: emulator.key,
    emulator,
    close: async () => {
      if (!options.emulator) emulator.dispose();
      await close();
    },
  };
  return describeAs('ListeningEmulator', listening, () => ({ url: listening.url, emulator }));
}

function isAuthServed({ authServer, host }: ListenOptions): (request: HttpRequest) => boolean {
  const isOwn = host === undefined || isLoopback(hostName(host));
  return ({ headers }) => authServer ?? (isOwn && isLoopbackHost(headers['host'] ?? ''));
}
