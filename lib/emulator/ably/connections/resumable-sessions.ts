import { type Observable, tap } from 'rxjs';
import { expiringSet } from '../../host/expiring-set.js';
import type { App } from '../auth/apps.js';
import type { Channel } from '../channels/channel.js';
import { refusal } from '../wire/errors.js';
import { randomText } from '../../../rx/clock.js';
import type { Settings } from '../settings.js';
import { type PublishResults, publishResults } from './publish-results.js';
import type { ConnectionIdentity } from './identity.js';

/** What outlives a transport: what a resume (RTN15b) or a recovery (RTN16k) takes up again. */
export interface ResumableSession {
  readonly id: string;
  readonly key: string;
  readonly app: App;
  /** Changes when the client authenticates anew (RTC8). */
  identity: ConnectionIdentity;
  readonly publishResults: PublishResults;
  /** Channels it was attached to at some time: their serials are worth something on this connection. */
  readonly everAttached: Set<string>;
  /** Where it has entered somebody since it left there altogether. */
  readonly presentOn: Set<Channel>;
}

/** All connections that can be resumed, and those that are in use. */
export interface ResumableSessions {
  readonly create: (identity: ConnectionIdentity) => ResumableSession;
  /** Throws 80018 or 80008 (RTN15c7). */
  readonly resume: (key: string, app: App) => ResumableSession;
  /** A transport is there: it is kept for as long as that is so. */
  readonly keep: (session: ResumableSession) => void;
  /** The transport is gone: it is kept for connectionStateTtl. */
  readonly expireLater: (session: ResumableSession) => void;
  readonly forget: (session: ResumableSession) => void;
  /** Forgets what nobody has resumed in time; must be subscribed to. */
  readonly cleanup$: Observable<unknown>;
}

export function resumableSessions({ scheduler, random, connectionStateTtl }: Settings): ResumableSessions {
  const byId = new Map<string, ResumableSession>();
  const unused = expiringSet<ResumableSession>(connectionStateTtl, scheduler);
  return {
    create: (identity) => {
      const id = randomText(10, random);
      const key = `${id}!${randomText(16, random)}`;
      const { app } = identity.caller;
      const session: ResumableSession = {
        ...{ id, key, app, identity, publishResults: publishResults() },
        everAttached: new Set(),
        presentOn: new Set(),
      };
      byId.set(id, session);
      return session;
    },
    resume: (key, app) => {
      const [, id] = /^([\w-]+)!.+$/.exec(key) ?? [];
      if (id === undefined)
        throw refusal(80018, 400, 'The connection key is none: this is a new connection.');
      const session = byId.get(id);
      if (!session)
        throw refusal(80008, 400, 'The connection has expired or is forgotten: this is a new one.');
      if (session.key === key && session.app === app) return session;
      throw refusal(
        80018,
        400,
        'The connection key is not of a connection of this app: this is a new connection.',
      );
    },
    keep: unused.delete,
    expireLater: (session) => {
      if (byId.has(session.id)) unused.add(session);
    },
    forget: (session) => {
      byId.delete(session.id);
      unused.delete(session);
    },
    cleanup$: unused.expired$.pipe(tap(({ id }) => byId.delete(id))),
  };
}
