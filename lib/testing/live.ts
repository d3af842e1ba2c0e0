import type { Observable } from 'rxjs';

interface Connection<F> {
  readonly received$: Observable<F>;
}

/** A server, as far as its connections go. */
interface Server<C, Rest extends unknown[], S> {
  readonly connections: readonly C[];
  readonly connect: (...args: Rest) => S;
}

/** The connections of a server in memory, those that come later included. */
export interface Live<C> {
  /** Does it with each connection; throws where there is none. */
  readonly now: (what: string, deed: (connection: C) => void) => void;
  /** Does it with each connection, or with the next one where there is none. */
  readonly nowOrNext: (deed: (connection: C) => void) => void;
}

/** Watches the connections of a server, whose `connect` it replaces. */
export function liveConnections<F, C extends Connection<F>, Rest extends unknown[], S>(
  server: Server<C, Rest, S>,
  onFrame: (frame: F) => void,
): Live<C> & { readonly connect: (...args: Rest) => S } {
  const known = new WeakSet<C>();
  const waiting: ((connection: C) => void)[] = [];
  return {
    connect: (...args) => {
      const session = server.connect(...args);
      for (const connection of server.connections) {
        if (known.has(connection)) continue;
        known.add(connection);
        connection.received$.subscribe(onFrame);
        for (const deed of waiting.splice(0)) deed(connection);
      }
      return session;
    },
    now: (what, deed) => {
      if (server.connections.length === 0)
        throw new Error(`There is no connection to ${what}. Wait until a client is connected.`);
      server.connections.forEach(deed);
    },
    nowOrNext: (deed) => {
      if (server.connections.length === 0) waiting.push(deed);
      else server.connections.forEach(deed);
    },
  };
}
