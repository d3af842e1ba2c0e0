import { mergeMap, type Observable, Subject, takeUntil, tap, timer } from 'rxjs';
import type { ExpiringSet } from '../../host/expiring-set.js';
import { type ClientTransport, clientTransport } from '../../host/client-transport.js';
import type { ConnectRequest, Transport, TransportEnd } from '../../host/server-core.js';
import type { Identity } from '../auth/identity.js';
import type { Caller, RelayContext } from '../calls/relay-context.js';
import type { CallId } from '../json-rpc/incoming.js';
import type { Client } from '../mailboxes/clients.js';
import { type FaultPlan, faultPlan } from './faults.js';
import { type Push, type Pushes, pushesTo } from './pushes.js';

/** State shared by all connections. */
export interface SharedContext {
  readonly relay: RelayContext;
  readonly nextPushId: () => CallId;
  readonly overdue: ExpiringSet<Push>;
  /** Faults for all connections. */
  readonly sharedFaults: FaultPlan;
}

/** A connection that has been admitted. */
export interface NewConnection extends SharedContext {
  readonly id: string;
  readonly client: Client;
  readonly identity: Identity;
  readonly request: ConnectRequest;
  readonly socket: Transport;
  /** Called with each frame from the client, before it is answered. */
  readonly onReceived: (text: string) => void;
}

/** A connection with a transport, until that ends. */
export interface ConnectionContext extends NewConnection {
  /** `sent$` emits texts. */
  readonly transport: ClientTransport<string>;
  readonly pushes: Pushes;
  readonly caller: Caller;
  /** Faults for this connection alone. */
  readonly ownFaults: FaultPlan;
  readonly open: boolean;
  readonly ended$: Observable<TransportEnd>;
  readonly send: (text: string) => void;
  /** Sends a text later; texts sent meanwhile overtake it. */
  readonly sendAfter: (ms: number, text: string) => void;
  /** Handles the end of the transport. */
  readonly end: (how: TransportEnd) => void;
  /** Drops the transport. */
  readonly drop: () => void;
}

export function connectionContext(connection: NewConnection, onEnd: () => void): ConnectionContext {
  const { relay, client, socket, sharedFaults } = connection;
  const { scheduler } = relay.settings;
  const [ended$, ownFaults] = [new Subject<TransportEnd>(), faultPlan()];
  let open = true;
  const end = (how: TransportEnd): void => {
    if (!open) return;
    open = false;
    pushes.end();
    relay.clients.removePushTarget(client, pushes);
    ended$.next(how);
    ended$.complete();
    onEnd();
  };
  const transport = clientTransport<string>({ socket, scheduler, ended$, onClosing: end });
  const pushes = pushesTo({ ...connection, transport });
  const send = (text: string): void => transport.send(text, text);
  client.pushTargets.add(pushes);
  return {
    ...connection,
    transport,
    pushes,
    ownFaults,
    caller: callerOf(connection, pushes, [ownFaults, sharedFaults]),
    get open() {
      return open;
    },
    ended$,
    send,
    sendAfter: delayedSend(send, connection, ended$),
    end,
    drop: () => {
      end({ by: 'server', code: undefined });
      socket.terminate();
    },
  };
}

const callerOf = (
  { relay, client }: NewConnection,
  pushTarget: Pushes,
  plans: readonly FaultPlan[],
): Caller => ({
  relay,
  client,
  pushTarget,
  failureOf: (topic) => plans.map((plan) => plan.failureOf(topic)).find((failure) => failure),
});

function delayedSend(
  send: (text: string) => void,
  { relay }: NewConnection,
  ended$: Observable<unknown>,
): ConnectionContext['sendAfter'] {
  const delayed$ = new Subject<{ readonly ms: number; readonly text: string }>();
  const sent$ = delayed$.pipe(
    mergeMap(({ ms, text }) => timer(ms, relay.settings.scheduler).pipe(tap(() => send(text)))),
    takeUntil(ended$),
  );
  sent$.subscribe();
  return (ms, text) => delayed$.next({ ms, text });
}
