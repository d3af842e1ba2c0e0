import { EMPTY, merge, Subject, takeUntil } from 'rxjs';
import type { Data } from '../../../codec/codec.js';
import { readOnly } from '../../../rx/read-only.js';
import { breakIdleness } from '../../host/send-when-idle.js';
import type { Session } from '../../host/server-core.js';
import { type Guest, type Live, liveOf } from './connection-context.js';
import { rateWatch } from './rate-limiter.js';
import { hear } from './on-text.js';
import { type EmulatedRelayConnection, relayConnection } from './relay-connection.js';
import { closeWhenStale } from './close-when-stale.js';

export interface Opened {
  readonly session: Session;
  readonly connection: EmulatedRelayConnection;
}

/** One connection on one transport, until that ends; `left` is called then. */
export function serve(guest: Guest, left: () => void): Opened {
  const received$ = new Subject<string>();
  const live = liveOf(guest, () => {
    received$.complete();
    left();
  });
  const { scheduler, pingInterval: interval, staleAfter } = guest.office.settings;
  let heardAt = scheduler.now();
  const hearing = receiving(live, received$);
  merge(
    breakIdleness(live.line, { interval, scheduler, breakSilence: live.line.ping }),
    staleAfter === 0 ? EMPTY : closeWhenStale(live, () => heardAt),
  )
    .pipe(takeUntil(live.ended$))
    .subscribe();
  return {
    session: {
      receive: (data, isBinary = typeof data !== 'string') => {
        heardAt = scheduler.now();
        hearing(data, isBinary);
      },
      ended: live.end,
    },
    connection: relayConnection(live, readOnly(received$)),
  };
}

const utf8 = new TextDecoder();
const textOf = (data: Data): string => (typeof data === 'string' ? data : utf8.decode(data));

/** What is binary cannot be read: frames of this protocol are text. */
function receiving(live: Live, received$: Subject<string>): (data: Data, isBinary: boolean) => void {
  const { rateLimit, scheduler } = live.office.settings;
  const isTooMuch = rateWatch(rateLimit, scheduler);
  const isListening = (): boolean => live.open && !live.line.silent;
  return (data, isBinary) => {
    if (!isListening()) return;
    const text = isBinary ? '' : textOf(data);
    received$.next(text);
    live.overhear(text);
    if (!isListening()) return;
    if (isTooMuch()) live.line.close(1013, 'Too many requests: wait before you connect again.');
    else hear(live, text);
  };
}
