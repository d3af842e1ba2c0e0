import type { Observable } from 'rxjs';
import { describeAs } from '../../../base/described.js';
import { readOnly } from '../../../rx/read-only.js';
import type { Query, TransportEnd } from '../../host/server-core.js';
import type { RelayFaults } from './faults.js';
import type { ConnectionContext } from './connection-context.js';

/** A connection of a client, to inspect and to disturb. All streams are hot, and complete when the socket ends. */
export interface EmulatedRelayConnection {
  readonly id: string;
  /** Owner of the mailbox: a did:key, if the client has proven one. */
  readonly clientId: string;
  readonly projectId: string | undefined;
  /** Parameters of the URL: `auth`, `ua`, `useOnCloseEvent` … */
  readonly params: Query;
  /** Subscription ids by topic; they outlive the socket. */
  readonly subscriptions: ReadonlyMap<string, string>;
  /** Ids of unacknowledged pushes to this socket, oldest first. */
  readonly pending: readonly string[];
  /** Texts from the client, each before it is answered. */
  readonly received$: Observable<string>;
  /** Texts to the client, when they are sent; without `sendRaw`, and without texts lost to `silence`. */
  readonly sent$: Observable<string>;
  /** Emits whenever `silence` begins or ends. */
  readonly silent$: Observable<boolean>;
  /** Emits once, when the socket ends. */
  readonly ended$: Observable<TransportEnd>;
  /** Faults of calls of this socket. */
  readonly faults: RelayFaults;
  /** Drops the socket (1006). */
  drop(): void;
  /** Makes the transport half-open: frames are lost in both directions, and the socket stays; `false` ends that. */
  silence(on?: boolean): void;
  /** Delays all frames to this client by so many ms, in order; 0 ends that. */
  delay(ms: number): void;
  /** Sends each push twice from now on; `false` ends that. */
  pushTwice(on?: boolean): void;
  /** Sends raw data: text as a text frame, bytes as a binary one. */
  sendRaw(data: string | Uint8Array): void;
  /**
   * Closes the socket: 1001 the server ends, 1013 too many requests, 3000 not admitted, 4008 stale, 4010 load
   * balancing.
   */
  close(code: number, reason?: string): void;
}

export function relayConnection(
  { id, client, identity, request, transport, pushes, ownFaults, ended$, drop }: ConnectionContext,
  received$: Observable<string>,
): EmulatedRelayConnection {
  const connection: EmulatedRelayConnection = {
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
    silent$: transport.silent$,
    ended$: readOnly(ended$),
    faults: ownFaults.faults,
    drop,
    silence: (on = true) => transport.silence(on),
    delay: transport.delay,
    pushTwice: (on = true) => void (pushes.twice = on),
    sendRaw: transport.sendRaw,
    close: (code, reason = '') => transport.close(code, reason),
  };
  return describeAs('EmulatedRelayConnection', connection, () => ({
    id,
    clientId: client.id,
    subscriptions: client.subscriptions.size,
    pending: pushes.pending.length,
  }));
}
