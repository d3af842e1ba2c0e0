import { type Observable, tap } from 'rxjs';
import { Action } from '../../../ably/wire/actions.js';
import { alarms } from '../../host/alarms.js';
import type { Authority, TokenEnd } from '../auth/authority.js';
import type { Settings } from '../settings.js';
import { wireErrorOf } from '../wire/errors.js';
import type { FrameTransport } from './frame-transport.js';
import type { ResumableSession } from './resumable-sessions.js';

/** A connection whose token is watched. */
export interface WatchedConnection {
  readonly session: ResumableSession;
  readonly transport: FrameTransport;
}

/** Requests a new token in time (RTN22), and disconnects clients whose token has ended (RTN22a). */
export interface TokenWatch {
  /** Watches the current token of the connection, instead of an earlier one. */
  readonly begin: (connection: WatchedConnection) => void;
  readonly end: (connection: WatchedConnection) => void;
  /** Checks all tokens again, because one may end earlier than before. */
  readonly review: () => void;
  /** Runs one timer for all connections while it is subscribed. */
  readonly cleanup$: Observable<unknown>;
}

export function tokenWatch(authority: Authority, settings: Settings): TokenWatch {
  const { scheduler } = settings;
  const watched = new Map<WatchedConnection, TokenEnd>();
  const alarm = alarms<WatchedConnection>(scheduler);
  const endOf = ({ session }: WatchedConnection): TokenEnd | undefined =>
    authority.endOf(session.identity.caller);
  const isOver = ({ at }: TokenEnd): boolean => at <= scheduler.now();
  const end = (connection: WatchedConnection): void => {
    watched.delete(connection);
    alarm.delete(connection);
  };
  /** Leaves a half-open transport alone; `silence(false)` begins the watch again. */
  const disconnect = (connection: WatchedConnection, { error }: TokenEnd): void => {
    end(connection);
    const { transport } = connection;
    if (transport.silent) return;
    transport.send({ action: Action.disconnected, error: wireErrorOf(error) });
    transport.close(1000, 'token');
  };
  const requestToken = (connection: WatchedConnection, tokenEnd: TokenEnd): void => {
    if (isOver(tokenEnd)) {
      disconnect(connection, tokenEnd);
      return;
    }
    connection.transport.send({ action: Action.auth });
    watched.set(connection, tokenEnd);
    alarm.set(connection, tokenEnd.at);
  };
  const check = (connection: WatchedConnection, before: TokenEnd): void => {
    const tokenEnd = endOf(connection);
    if (tokenEnd && tokenEnd.at < before.at) requestToken(connection, tokenEnd);
  };
  return {
    begin: (connection) => {
      end(connection);
      const tokenEnd = endOf(connection);
      if (!tokenEnd) return;
      if (isOver(tokenEnd)) {
        disconnect(connection, tokenEnd);
        return;
      }
      const { renewalNotice } = settings;
      const notice = tokenEnd.at - renewalNotice;
      watched.set(connection, tokenEnd);
      alarm.set(connection, renewalNotice > 0 && notice > scheduler.now() ? notice : tokenEnd.at);
    },
    end,
    review: () => [...watched].forEach(([connection, before]) => check(connection, before)),
    cleanup$: alarm.due$.pipe(
      tap((connection) => {
        const tokenEnd = watched.get(connection);
        if (tokenEnd) requestToken(connection, tokenEnd);
      }),
    ),
  };
}
