import { merge, type Observable, Subject } from 'rxjs';
import type { WireError } from '../../../ably/wire/error-info.js';
import { readOnly } from '../../../rx/read-only.js';
import type { ConnectRequest, Session, Transport } from '../../host/server-core.js';
import type { App } from '../auth/apps.js';
import type { Authority } from '../auth/authority.js';
import type { Caller } from '../auth/caller.js';
import type { Channels } from '../channels/channels.js';
import { automaticLeaves } from '../presence/automatic-leaves.js';
import type { Settings } from '../settings.js';
import { wireErrorOf } from '../wire/errors.js';
import { type OpenConnection, openConnection } from './connection.js';
import type { EmulatedConnection } from './emulated-connection.js';
import { type Handshake, handshake, refuseConnection } from './handshake.js';
import { type ResumableSession, type ResumableSessions, resumableSessions } from './resumable-sessions.js';
import { tokenWatch as watchTokens } from './token-watch.js';

/** Refusal of new connections: none, with this error, or by dropping the socket. */
export type Refusing = false | WireError | 'drop';

/** All connections of an emulator. */
export interface Connections {
  readonly open: (request: ConnectRequest, transport: Transport) => Session;
  /** Connections with a transport, oldest first. */
  readonly live: readonly EmulatedConnection[];
  /** Connections when their transport opens, before the first frame. */
  readonly opened$: Observable<EmulatedConnection>;
  refusing: Refusing;
  /** The session of this app whose connection key this is now. */
  readonly sessionOf: ResumableSessions['current'];
  /** Checks all tokens again, because some were revoked. */
  readonly review: () => void;
  /** Ends `opened$`. */
  readonly end: () => void;
  /** Drops the connections whose callers are such; they can be resumed. */
  readonly drop: (isIt: (caller: Caller) => boolean) => void;
  /** Drops the connections of an app, none of which can be resumed; their members leave. */
  readonly dropApp: (app: App) => void;
  /** Runs the timers of sessions, tokens and leaves while it is subscribed. */
  readonly cleanup$: Observable<unknown>;
}

const closedSession: Session = { receive: () => undefined, ended: () => undefined };

interface Dependencies {
  readonly settings: Settings;
  readonly authority: Authority;
  readonly channels: (app: App) => Channels;
}

export function connectionsOf({ settings, authority, channels }: Dependencies): Connections {
  const sessions = resumableSessions(settings);
  const tokenWatch = watchTokens(authority, settings);
  const leaves = automaticLeaves(settings, channels);
  const opened$ = new Subject<EmulatedConnection>();
  const live = new Map<ResumableSession, OpenConnection>();
  const admit = (agreed: Handshake, socket: Transport): Session => {
    const { session, remainPresentFor = settings.connectionStateTtl } = agreed;
    live.get(session)?.supersede();
    sessions.keep(session);
    leaves.cancel(session);
    const forget = (): void => sessions.forget(session);
    const shared = { settings, authority, tokenWatch, leaves, channels: channels(session.app) };
    const opened = openConnection({ ...agreed, ...shared, socket, forget }, () => {
      if (live.get(session) !== opened) return;
      live.delete(session);
      sessions.expireLater(session);
      leaves.schedule(session, remainPresentFor);
    });
    live.set(session, opened);
    opened$.next(opened.connection);
    opened.sendConnected();
    return opened.session;
  };
  const connections: Connections = {
    open: (request, socket) => {
      const { refusing } = connections;
      try {
        if (!refusing) return admit(handshake(request, authority, sessions), socket);
        if (refusing === 'drop') socket.terminate();
        else refuseConnection(request, socket, refusing);
      } catch (thrown) {
        refuseConnection(request, socket, wireErrorOf(thrown));
      }
      return closedSession;
    },
    get live() {
      return [...live.values()].map(({ connection }) => connection);
    },
    opened$: readOnly(opened$),
    end: () => opened$.complete(),
    refusing: false,
    sessionOf: sessions.current,
    review: tokenWatch.review,
    drop: (isIt) => {
      for (const [session, { connection }] of [...live]) if (isIt(session.identity.caller)) connection.drop();
    },
    dropApp: (app) => {
      for (const [session, { connection }] of [...live])
        if (session.app === app) {
          connection.drop();
          sessions.forget(session);
          leaves.leaveNow(session);
        }
    },
    cleanup$: merge(sessions.cleanup$, tokenWatch.cleanup$, leaves.cleanup$),
  };
  return connections;
}
