import { type Observable, Subject } from 'rxjs';
import { readOnly } from '../../../rx/read-only.js';
import type { ConnectRequest, Session, Transport } from '../../host/server-core.js';
import { type OpenConnection, openConnection } from './connection.js';
import { identify, type RelayRefusing } from './admission.js';
import type { SharedContext } from './connection-context.js';
import type { EmulatedRelayConnection } from './relay-connection.js';

/** A frame from a client, and its connection. */
export interface ReceivedText {
  readonly connection: EmulatedRelayConnection;
  readonly text: string;
}

/** All connections of a relay. */
export interface Connections {
  readonly open: (request: ConnectRequest, socket: Transport) => Session;
  /** Connections with a socket, oldest first. */
  readonly live: readonly EmulatedRelayConnection[];
  /** Connections when their socket opens. */
  readonly opened$: Observable<EmulatedRelayConnection>;
  refusing: RelayRefusing;
  /** Texts from clients, each before it is answered. */
  readonly received$: Observable<ReceivedText>;
  /** Drops all connections and refuses new ones. */
  readonly end: () => void;
}

const closedSession: Session = { receive: () => undefined, ended: () => undefined };

export function connectionsOf(shared: SharedContext): Connections {
  const { clients, settings } = shared.relay;
  const live = new Set<OpenConnection>();
  const received$ = new Subject<ReceivedText>();
  const opened$ = new Subject<EmulatedRelayConnection>();
  let count = 0;
  const connections: Connections = {
    open: (request, socket) => {
      if (connections.refusing === 'drop') {
        socket.terminate();
        return closedSession;
      }
      const identity = identify(request, connections.refusing, settings);
      if ('code' in identity) {
        socket.close(identity.code, identity.reason);
        return closedSession;
      }
      count += 1;
      const client = clients.getOrCreate(identity.clientId);
      const onReceived = (text: string): void => received$.next({ connection: opened.connection, text });
      const connection = { ...shared, id: `socket-${count}`, client, identity, request, socket, onReceived };
      const opened = openConnection(connection, () => void live.delete(opened));
      live.add(opened);
      opened$.next(opened.connection);
      return opened.session;
    },
    get live() {
      return [...live].map((each) => each.connection);
    },
    refusing: false,
    received$: readOnly(received$),
    opened$: readOnly(opened$),
    end: () => {
      connections.refusing = 'drop';
      connections.live.forEach((connection) => connection.drop());
      received$.complete();
      opened$.complete();
    },
  };
  return connections;
}
