import { merge, type Observable } from 'rxjs';
import type { WireError } from '../../../ably/wire/error-info.js';
import type { App } from '../auth/apps.js';
import type { ConnectRequest, Session, Transport } from '../../host/server-core.js';
import type { Authority } from '../auth/authority.js';
import type { Channels } from '../channels/channels.js';
import { wireErrorOf } from '../wire/errors.js';
import type { Settings } from '../settings.js';
import { type Opened, serve } from './connection.js';
import { departuresOf } from '../presence/automatic-leaves.js';
import type { EmulatedConnection } from './emulated-connection.js';
import { type Handshake, shakeHands, turnAway } from './handshake.js';
import { memoryOf, type Remembered } from './resumable-sessions.js';
import { tokenWatch } from './token-watch.js';

/** Whether new connections are let in: yes, no with this error, or no without a word. */
export type Refusing = false | WireError | 'drop';

/** All connections of an emulator. */
export interface Connections {
  readonly open: (request: ConnectRequest, transport: Transport) => Session;
  /** Those with a transport, oldest first. */
  readonly live: readonly EmulatedConnection[];
  refusing: Refusing;
  /** Looks at all tokens again: some were revoked. */
  readonly review: () => void;
  /** Must be subscribed to. */
  readonly tidying$: Observable<unknown>;
}

const deaf: Session = { receive: () => undefined, ended: () => undefined };

interface Facts {
  readonly settings: Settings;
  readonly authority: Authority;
  readonly channels: (app: App) => Channels;
}

export function connectionsOf({ settings, authority, channels }: Facts): Connections {
  const memory = memoryOf(settings);
  const watch = tokenWatch(authority, settings);
  const departures = departuresOf(settings, channels);
  const live = new Map<Remembered, Opened>();
  const admit = (handshake: Handshake, transport: Transport): Session => {
    const { state } = handshake;
    live.get(state)?.supersede();
    memory.used(state);
    departures.cancel(state);
    const forget = (): void => memory.forget(state);
    const facts = {
      ...handshake,
      settings,
      authority,
      watch,
      departures,
      channels: channels(state.app),
      transport,
      forget,
    };
    const opened = serve(facts, () => {
      if (live.get(state) !== opened) return;
      live.delete(state);
      memory.left(state);
      departures.expect(state, handshake.remainPresentFor ?? settings.connectionStateTtl);
    });
    live.set(state, opened);
    opened.welcome();
    return opened.session;
  };
  const connections: Connections = {
    open: (request, transport) => {
      const { refusing } = connections;
      try {
        if (!refusing) return admit(shakeHands(request, authority, memory), transport);
        if (refusing === 'drop') transport.terminate();
        else turnAway(request, transport, refusing);
      } catch (thrown) {
        turnAway(request, transport, wireErrorOf(thrown));
      }
      return deaf;
    },
    get live() {
      return [...live.values()].map(({ connection }) => connection);
    },
    refusing: false,
    review: watch.review,
    tidying$: merge(memory.tidying$, watch.tidying$, departures.tidying$),
  };
  return connections;
}
