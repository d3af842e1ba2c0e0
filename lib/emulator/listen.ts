import { coreOf } from './ably-core.js';
import { createEmulator, type Emulator } from './ably/server.js';
import type { EmulatorOptions } from './ably/settings.js';
import { listenOnSockets, type ListenAddress } from './host/listen-on-sockets.js';

export interface ListenOptions extends EmulatorOptions, ListenAddress {
  /** One that exists already, instead of the options for a new one; `close` does not dispose it. */
  readonly emulator?: Emulator;
}

/** An emulator on real sockets. */
export interface ListeningEmulator {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly key: string;
  readonly emulator: Emulator;
  /** Ends all sockets at once; nothing of it keeps the process alive afterwards. */
  close(): Promise<void>;
}

/** HTTP and WebSocket on one port. Rejects when the port cannot be had. */
export async function listen(options: ListenOptions = {}): Promise<ListeningEmulator> {
  const emulator = options.emulator ?? createEmulator(options);
  const { host, port, authority, close } = await listenOnSockets(coreOf(emulator), options);
  return {
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
}
