import { mergeMap, type Observable, Subject, takeUntil, tap, timer } from 'rxjs';
import type { Ageing } from '../../host/expiring-set.js';
import { type Line, lineTo } from '../../host/client-transport.js';
import type { ConnectRequest, Transport } from '../../host/server-core.js';
import type { Identity } from '../auth/identity.js';
import type { Caller, Office } from '../calls/relay-context.js';
import type { CallId } from '../json-rpc/incoming.js';
import type { Client } from '../mailboxes/clients.js';
import { type Disturbance, disturbance } from './faults.js';
import { type Push, type Pushes, pushesTo } from './pushes.js';

/** What all connections have in common. */
export interface Hall {
  readonly office: Office;
  readonly nextPushId: () => CallId;
  readonly overdue: Ageing<Push>;
  /** What was asked for of all connections. */
  readonly everywhere: Disturbance;
}

/** Who connects, and how. */
export interface Guest extends Hall {
  readonly id: string;
  readonly client: Client;
  readonly identity: Identity;
  readonly request: ConnectRequest;
  readonly transport: Transport;
  /** Told of each frame from the client, before it is answered. */
  readonly overhear: (text: string) => void;
}

/** A connection on a transport, until that ends. */
export interface Live extends Guest {
  /** To those who look on, a frame is its text. */
  readonly line: Line<string>;
  readonly pushes: Pushes;
  readonly caller: Caller;
  /** What was asked for of this connection alone. */
  readonly own: Disturbance;
  readonly open: boolean;
  readonly ended$: Observable<unknown>;
  readonly say: (text: string) => void;
  /** What is said meanwhile overtakes it. */
  readonly sayAfter: (ms: number, text: string) => void;
  /** The transport has ended. */
  readonly end: () => void;
  /** Ends the transport without a word. */
  readonly drop: () => void;
}

export function liveOf(guest: Guest, left: () => void): Live {
  const { office, client, transport, everywhere } = guest;
  const { scheduler } = office.settings;
  const [ended$, own] = [new Subject<void>(), disturbance()];
  let open = true;
  const end = (): void => {
    if (!open) return;
    open = false;
    pushes.end();
    office.clients.leave(client, pushes);
    ended$.next();
    ended$.complete();
    left();
  };
  const line = lineTo<string>({ transport, scheduler, ended$, closing: end });
  const pushes = pushesTo({ ...guest, line });
  const say = (text: string): void => line.send(text, text);
  client.receivers.add(pushes);
  return {
    ...guest,
    line,
    pushes,
    own,
    caller: callerBy(guest, pushes, [own, everywhere]),
    get open() {
      return open;
    },
    ended$,
    say,
    sayAfter: late(say, guest, ended$),
    end,
    drop: () => {
      end();
      transport.terminate();
    },
  };
}

const callerBy = ({ office, client }: Guest, receiver: Pushes, told: readonly Disturbance[]): Caller => ({
  office,
  client,
  receiver,
  troubleWith: (topic) => told.map(({ troubleWith }) => troubleWith(topic)).find((trouble) => trouble),
});

function late(say: (text: string) => void, { office }: Guest, ended$: Observable<unknown>): Live['sayAfter'] {
  const late$ = new Subject<{ readonly ms: number; readonly text: string }>();
  const said$ = late$.pipe(
    mergeMap(({ ms, text }) => timer(ms, office.settings.scheduler).pipe(tap(() => say(text)))),
    takeUntil(ended$),
  );
  said$.subscribe();
  return (ms, text) => late$.next({ ms, text });
}
