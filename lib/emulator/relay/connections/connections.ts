import { type Observable, Subject } from 'rxjs';
import { readOnly } from '../../../rx/read-only.js';
import type { ConnectRequest, Session, Transport } from '../../host/server-core.js';
import { type Opened, serve } from './connection.js';
import { entry, type RelayRefusing } from './admission.js';
import type { Hall } from './connection-context.js';
import type { EmulatedRelayConnection } from './relay-connection.js';

/** A frame from a client, and the socket by which it came. */
export interface ReceivedText {
  readonly connection: EmulatedRelayConnection;
  readonly text: string;
}

/** All connections of a relay. */
export interface Connections {
  readonly open: (request: ConnectRequest, transport: Transport) => Session;
  /** Those with a transport, oldest first. */
  readonly live: readonly EmulatedRelayConnection[];
  refusing: RelayRefusing;
  /** What clients say, before it is answered. */
  readonly received$: Observable<ReceivedText>;
  /** Drops them all, and lets nobody in any more. */
  readonly end: () => void;
}

const deaf: Session = { receive: () => undefined, ended: () => undefined };

export function connectionsOf(hall: Hall): Connections {
  const { clients, settings } = hall.office;
  const live = new Set<Opened>();
  const received$ = new Subject<ReceivedText>();
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
      const overhear = (text: string): void => received$.next({ connection: opened.connection, text });
      const guest = { ...hall, id: `socket-${count}`, client, identity, request, transport, overhear };
      const opened = serve(guest, () => void live.delete(opened));
      live.add(opened);
      return opened.session;
    },
    get live() {
      return [...live].map(({ connection }) => connection);
    },
    refusing: false,
    received$: readOnly(received$),
    end: () => {
      connections.refusing = 'drop';
      connections.live.forEach((connection) => connection.drop());
      received$.complete();
    },
  };
  return connections;
}
