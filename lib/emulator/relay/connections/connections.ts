import type { ConnectRequest, Session, Transport } from '../../host/server-core.js';
import { type Opened, serve } from './connection.js';
import { entry, type RelayRefusing } from './entrance.js';
import type { Hall } from './live.js';
import type { EmulatedRelayConnection } from './relay-connection.js';

/** All connections of a relay. */
export interface Connections {
  readonly open: (request: ConnectRequest, transport: Transport) => Session;
  /** Those with a transport, oldest first. */
  readonly live: readonly EmulatedRelayConnection[];
  refusing: RelayRefusing;
}

const deaf: Session = { receive: () => undefined, ended: () => undefined };

export function connectionsOf(hall: Hall): Connections {
  const { clients, settings } = hall.office;
  const live = new Set<Opened>();
  let count = 0;
  const connections: Connections = {
    open: (request, transport) => {
      if (connections.refusing === 'drop') {
        transport.terminate();
        return deaf;
      }
      const identity = entry(request, connections.refusing, settings);
      if ('code' in identity) {
        transport.close(identity.code, identity.reason);
        return deaf;
      }
      count += 1;
      const client = clients.of(identity.clientId);
      const guest = { ...hall, id: `socket-${count}`, client, identity, request, transport };
      const opened = serve(guest, () => void live.delete(opened));
      live.add(opened);
      return opened.session;
    },
    get live() {
      return [...live].map(({ connection }) => connection);
    },
    refusing: false,
  };
  return connections;
}
