import type { ServerCore } from '../server-core.js';
import type { SideDoor } from '../side-door.js';
import type { ListeningServer, SocketOptions } from './listen-on-sockets.js';
import { listensOnNode } from './listens-on-node.js';

/** Away from Node there are no sockets to listen on: rejects, and names the ways that there are. */
export const listenOnSockets = (_: ServerCore, __: SocketOptions, ___?: SideDoor): Promise<ListeningServer> =>
  Promise.reject(listensOnNode());
