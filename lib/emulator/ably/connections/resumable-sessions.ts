import { type Observable, tap } from 'rxjs';
import { expiringSet } from '../../host/expiring-set.js';
import type { App } from '../auth/apps.js';
import type { Channel } from '../channels/channel.js';
import { refusal } from '../wire/errors.js';
import { randomText } from '../../../rx/clock.js';
import type { Settings } from '../settings.js';
import { type PublishResults, publishResults } from './publish-results.js';
import type { ConnectionIdentity } from './identity.js';

/** State that outlives a transport, for a resume (RTN15b) or a recovery (RTN16k). */
export interface ResumableSession {
  readonly id: string;
  /** RTN15e: the key that was sent last. */
  key: string;
  readonly app: App;
  /** Changes when the client reauthenticates (RTC8). */
  identity: ConnectionIdentity;
  readonly publishResults: PublishResults;
  /** Names of channels that were attached on this connection, which can continue from a serial. */
  readonly everAttached: Set<string>;
  /** Channels on which it may have members. */
  readonly presentOn: Set<Channel>;
}

/** All sessions that are in use or can be resumed. */
export interface ResumableSessions {
  /** Throws 40111 where there are as many as allowed. */
  readonly create: (identity: ConnectionIdentity) => ResumableSession;
  /**
   * RTN15b, RTN16k: the session of a key, under a new key (RTN15e). Its earlier keys resume it as well, which is a guess:
   * a client whose CONNECTED was lost with its transport has no other. Throws 80018 on a key that cannot be parsed, and
   * 80008 on another one that is not known (RTN15c7).
   */
  readonly resume: (key: string) => ResumableSession;
  /** TM2h: the session of this app whose key this is now. */
  readonly current: (key: string, app: App) => ResumableSession | undefined;
  /** Keeps the session while it has a transport. */
  readonly keep: (session: ResumableSession) => void;
  /** Forgets the session after connectionStateTtl, unless it is resumed. */
  readonly expireLater: (session: ResumableSession) => void;
  readonly forget: (session: ResumableSession) => void;
  /** Forgets expired sessions while it is subscribed. */
  readonly cleanup$: Observable<unknown>;
}

/** TO3l11: time in ms after which a client gives up a peer that has fallen silent, beyond maxIdleInterval (RTN23a). */
const requestTimeout = 10_000;

export function resumableSessions(settings: Settings): ResumableSessions {
  const { scheduler, random, connectionStateTtl, maxIdleInterval } = settings;
  const byId = new Map<string, ResumableSession>();
  const unused = expiringSet<ResumableSession>(connectionStateTtl, scheduler);
  const find = (key: string): ResumableSession => {
    const [, id] = /^([\w-]{10})!.{16}(?:\.\d+)?$/.exec(key) ?? [];
    if (id === undefined)
      throw refusal(80018, 400, 'The connection key is malformed: this is a new connection.');
    const session = byId.get(id);
    if (session && stemOf(session.key) === stemOf(key)) return session;
    throw refusal(80008, 400, 'The connection has expired, is forgotten or never was: this is a new one.');
  };
  return {
    create: (identity) => {
      const { maxConnections } = settings;
      if (byId.size >= maxConnections)
        throw refusal(
          40111,
          403,
          `There are ${maxConnections} connections already, those that can be resumed among them: close some, or raise \`maxConnections\`.`,
        );
      const id = randomText(10, random);
      const key = `${id}!${randomText(16, random)}`;
      const { app } = identity.caller;
      const session: ResumableSession = {
        ...{ id, key, app, identity },
        publishResults: publishResults(connectionStateTtl + maxIdleInterval + requestTimeout, () =>
          scheduler.now(),
        ),
        everAttached: new Set(),
        presentOn: new Set(),
      };
      byId.set(id, session);
      return session;
    },
    resume: (key) => {
      const session = find(key);
      const [stem = '', count = '0'] = session.key.split('.');
      session.key = `${stem}.${Number(count) + 1}`;
      return session;
    },
    current: (key, app) => {
      const session = byId.get(key.split('!', 1)[0] ?? '');
      return session?.key === key && session.app === app ? session : undefined;
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

/** The part of a key that stays. */
const stemOf = (key: string): string => key.replace(/\.\d+$/, '');
