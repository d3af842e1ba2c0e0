import type { Observable } from 'rxjs';
import type { Query } from '../../host/server-core.js';
import type { RelayFaults } from './faults.js';
import type { ConnectionContext } from './connection-context.js';

/** A live socket of a client, to look at and to disturb. All streams are hot, and complete when the socket ends. */
export interface EmulatedRelayConnection {
  readonly id: string;
  /** Whose mailbox it empties: a did:key, where the client has proven one. */
  readonly clientId: string;
  readonly projectId: string | undefined;
  /** What stood in the URL: `auth`, `ua`, `useOnCloseEvent` … */
  readonly params: Query;
  /** Topics of the client, which outlive the socket, to the ids of its subscriptions. */
  readonly subscriptions: ReadonlyMap<string, string>;
  /** Ids of pushes to this socket that were not acknowledged yet, oldest first. */
  readonly pending: readonly string[];
  /** Texts from the client, each before it is answered. */
  readonly received$: Observable<string>;
  /** Texts to the client, when they leave; `sendRaw` and what `silence` swallows are not among them. */
  readonly sent$: Observable<string>;
  /** What goes wrong with calls of this socket. */
  readonly faults: RelayFaults;
  /** Ends the socket without a word (1006). */
  drop(): void;
  /** Half-open: nothing goes either way, the socket stays. What is said meanwhile is lost; `false` ends it. */
  silence(on?: boolean): void;
  /** All to this client so many ms late, in order; 0 ends it. */
  delay(ms: number): void;
  /** Says each push twice from now on; `false` ends it. */
  pushTwice(on?: boolean): void;
  /** Anything at all: text as a text frame, bytes as a binary one. */
  sendRaw(data: string | Uint8Array): void;
  /** 1001 the server ends, 1013 too many requests, 3000 not let in, 4008 stale, 4010 load balancing. */
  close(code: number, reason?: string): void;
}

export function relayConnection(
  { id, client, identity, request, transport, pushes, ownFaults, drop }: ConnectionContext,
  received$: Observable<string>,
): EmulatedRelayConnection {
  return {
    id,
    clientId: client.id,
    projectId: identity.projectId,
    params: request.params,
    get subscriptions() {
      return new Map(client.subscriptions);
    },
    get pending() {
      return pushes.pending;
    },
    received$,
    sent$: transport.sent$,
    faults: ownFaults.faults,
    drop,
    silence: (on = true) => transport.silence(on),
    delay: transport.delay,
    pushTwice: (on = true) => void (pushes.twice = on),
    sendRaw: transport.sendRaw,
    close: (code, reason = '') => transport.close(code, reason),
  };
}
