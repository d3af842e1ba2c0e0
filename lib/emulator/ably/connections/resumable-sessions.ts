import { type Observable, tap } from 'rxjs';
import { ageing } from '../../host/expiring-set.js';
import type { App } from '../auth/apps.js';
import type { Channel } from '../channels/channel.js';
import { refusal } from '../wire/errors.js';
import { randomText } from '../../../rx/clock.js';
import type { Settings } from '../settings.js';
import { type Outcomes, outcomes } from './publish-results.js';
import type { Owner } from './identity.js';

/** What outlives a transport: what a resume (RTN15b) or a recovery (RTN16k) takes up again. */
export interface Remembered {
  readonly id: string;
  readonly key: string;
  readonly app: App;
  /** Changes when the client authenticates anew (RTC8). */
  owner: Owner;
  readonly outcomes: Outcomes;
  /** Channels it was attached to at some time: their serials are worth something on this connection. */
  readonly attachedTo: Set<string>;
  /** Where it has entered somebody since it left there altogether. */
  readonly presentOn: Set<Channel>;
}

/** All connections that can be resumed, and those that are in use. */
export interface Memory {
  readonly create: (owner: Owner) => Remembered;
  /** Throws 80018 or 80008 (RTN15c7). */
  readonly recall: (key: string, app: App) => Remembered;
  /** A transport is there: it is kept for as long as that is so. */
  readonly used: (state: Remembered) => void;
  /** The transport is gone: it is kept for connectionStateTtl. */
  readonly left: (state: Remembered) => void;
  readonly forget: (state: Remembered) => void;
  /** Forgets what nobody has resumed in time; must be subscribed to. */
  readonly tidying$: Observable<unknown>;
}

export function memoryOf({ scheduler, random, connectionStateTtl }: Settings): Memory {
  const byId = new Map<string, Remembered>();
  const unused = ageing<Remembered>(connectionStateTtl, scheduler);
  return {
    create: (owner) => {
      const id = randomText(10, random);
      const key = `${id}!${randomText(16, random)}`;
      const { app } = owner.caller;
      const state: Remembered = {
        ...{ id, key, app, owner, outcomes: outcomes() },
        attachedTo: new Set(),
        presentOn: new Set(),
      };
      byId.set(id, state);
      return state;
    },
    recall: (key, app) => {
      const [, id] = /^([\w-]+)!.+$/.exec(key) ?? [];
      if (id === undefined)
        throw refusal(80018, 400, 'The connection key is none: this is a new connection.');
      const state = byId.get(id);
      if (!state) throw refusal(80008, 400, 'The connection has expired or is forgotten: this is a new one.');
      if (state.key === key && state.app === app) return state;
      throw refusal(
        80018,
        400,
        'The connection key is not of a connection of this app: this is a new connection.',
      );
    },
    used: unused.delete,
    left: (state) => {
      if (byId.has(state.id)) unused.add(state);
    },
    forget: (state) => {
      byId.delete(state.id);
      unused.delete(state);
    },
    tidying$: unused.expired$.pipe(tap(({ id }) => byId.delete(id))),
  };
}
