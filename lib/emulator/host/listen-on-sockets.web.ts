import type { ListenAddress, ListeningServer } from './listen-on-sockets.js';
import type { ServerCore } from './server-core.js';

/** Away from Node there are no sockets to listen on: rejects, and names the two ways that there are. */
export const listenOnSockets = (_: ServerCore, __: ListenAddress): Promise<ListeningServer> =>
  Promise.reject(
    new Error(
      'The emulator listens on Node only. Use inMemory() or inMemoryRelay(), or run `npx rx-realtime emulator`.',
    ),
  );
