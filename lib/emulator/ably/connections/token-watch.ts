import { type Observable, tap } from 'rxjs';
import { Action } from '../../../ably/wire/actions.js';
import { alarms } from '../../host/alarms.js';
import type { Authority, End } from '../auth/authority.js';
import { wireErrorOf } from '../wire/errors.js';
import type { Settings } from '../settings.js';
import type { Live } from './connection-context.js';

/** Asks clients for another token in time (RTN22), and disconnects those whose token has ended (RTN22a). */
export interface TokenWatch {
  /** Watches the connection's present token, and no other of it any more. */
  readonly begin: (live: Live) => void;
  readonly end: (live: Live) => void;
  /** Looks at all tokens again: some may end earlier than they were to. */
  readonly review: () => void;
  /** Must be subscribed to: one timer for all connections. */
  readonly tidying$: Observable<unknown>;
}

export function tokenWatch(authority: Authority, { scheduler, renewalNotice }: Settings): TokenWatch {
  const watched = new Map<Live, End>();
  const alarm = alarms<Live>(scheduler);
  const endOf = (live: Live): End | undefined => authority.endOf(live.state.owner.caller);
  const isOver = ({ at }: End): boolean => at <= scheduler.now();
  const end = (live: Live): void => {
    watched.delete(live);
    alarm.delete(live);
  };
  /** A half-open line is told once it is open again. */
  const dismiss = (live: Live, { error }: End): void => {
    end(live);
    if (live.line.silent) return;
    live.line.send({ action: Action.disconnected, error: wireErrorOf(error) });
    live.line.close(1000, 'token');
  };
  const urge = (live: Live, ending: End): void => {
    if (isOver(ending)) {
      dismiss(live, ending);
      return;
    }
    live.line.send({ action: Action.auth });
    watched.set(live, ending);
    alarm.set(live, ending.at);
  };
  const look = (live: Live, before: End): void => {
    const ending = endOf(live);
    if (ending && ending.at < before.at) urge(live, ending);
  };
  return {
    begin: (live) => {
      end(live);
      const ending = endOf(live);
      if (!ending) return;
      if (isOver(ending)) {
        dismiss(live, ending);
        return;
      }
      const notice = ending.at - renewalNotice;
      watched.set(live, ending);
      alarm.set(live, renewalNotice > 0 && notice > scheduler.now() ? notice : ending.at);
    },
    end,
    review: () => [...watched].forEach(([live, before]) => look(live, before)),
    tidying$: alarm.ringing$.pipe(
      tap((live) => {
        const ending = watched.get(live);
        if (ending) urge(live, ending);
      }),
    ),
  };
}
