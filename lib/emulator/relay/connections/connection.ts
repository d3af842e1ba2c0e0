import { EMPTY, merge, Subject, takeUntil } from 'rxjs';
import type { Data } from '../../../codec/codec.js';
import { textOf } from '../../../codec/json.js';
import { readOnly } from '../../../rx/read-only.js';
import { sendWhenIdle } from '../../host/send-when-idle.js';
import type { Session } from '../../host/server-core.js';
import { type NewConnection, type ConnectionContext, connectionContext } from './connection-context.js';
import { rateLimiter } from './rate-limiter.js';
import { onText } from './on-text.js';
import { type EmulatedRelayConnection, relayConnection } from './relay-connection.js';
import { closeWhenStale } from './close-when-stale.js';

export interface OpenConnection {
  readonly session: Session;
  readonly connection: EmulatedRelayConnection;
}

/** Opens one connection on one transport; `onEnd` is called when that ends. */
export function openConnection(guest: NewConnection, onEnd: () => void): OpenConnection {
  const received$ = new Subject<string>();
  const context = connectionContext(guest, () => {
    received$.complete();
    onEnd();
  });
  const { scheduler, pingInterval: interval, staleAfter } = guest.relay.settings;
  let heardAt = scheduler.now();
  const hearing = textReceiver(context, received$);
  merge(
    sendWhenIdle(context.transport, { interval, scheduler, send: context.transport.ping }),
    staleAfter === 0 ? EMPTY : closeWhenStale(context, () => heardAt),
  )
    .pipe(takeUntil(context.ended$))
    .subscribe();
  return {
    session: {
      receive: (data, isBinary = typeof data !== 'string') => {
        heardAt = scheduler.now();
        hearing(data, isBinary);
      },
      ended: () => context.end({ by: 'client' }),
    },
    connection: relayConnection(context, readOnly(received$)),
  };
}

/** The text of a frame; empty where it is not UTF-8, which is answered as what cannot be parsed. */
function textIn(data: Data): string {
  try {
    return textOf(data);
  } catch {
    return '';
  }
}

/** Receives frames. A binary frame counts as empty text, because this protocol has only text. */
function textReceiver(
  context: ConnectionContext,
  received$: Subject<string>,
): (data: Data, isBinary: boolean) => void {
  const { rateLimit, scheduler } = context.relay.settings;
  const isTooMuch = rateLimiter(rateLimit, scheduler);
  const isListening = (): boolean => context.open && !context.transport.silent;
  return (data, isBinary) => {
    if (!isListening()) return;
    const text = isBinary ? '' : textIn(data);
    received$.next(text);
    context.onReceived(text);
    if (!isListening()) return;
    if (isTooMuch()) context.transport.close(1013, 'Too many requests: wait before you connect again.');
    else onText(context, text);
  };
}
