import { Subject, takeUntil } from 'rxjs';
import { Action } from '../../../ably/wire/actions.js';
import type { WireError } from '../../../ably/wire/error-info.js';
import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import { readOnly } from '../../../rx/read-only.js';
import type { Session, Transport } from '../../host/server-core.js';
import type { Authority } from '../auth/authority.js';
import type { Channels } from '../channels/channels.js';
import { wireErrorOf } from '../wire/errors.js';
import type { Format } from '../wire/formats.js';
import type { Settings } from '../settings.js';
import { answer } from './on-frame.js';
import { connected } from './connected-frame.js';
import type { Departures } from '../presence/automatic-leaves.js';
import { type EmulatedConnection, emulatedConnection } from './emulated-connection.js';
import { frameOf } from './decode-frame.js';
import { breakIdleness } from '../../host/send-when-idle.js';
import { lineTo } from './frame-transport.js';
import type { Attachment, Faults, Live } from './connection-context.js';
import type { Remembered } from './resumable-sessions.js';
import type { TokenWatch } from './token-watch.js';

interface Facts {
  readonly settings: Settings;
  readonly authority: Authority;
  readonly watch: TokenWatch;
  readonly departures: Departures;
  readonly state: Remembered;
  readonly channels: Channels;
  readonly transport: Transport;
  readonly format: Format;
  readonly echo: boolean;
  /** RTN23b: whether idleness is broken by HEARTBEAT frames, or by pings. */
  readonly heartbeats: boolean;
  readonly resumed: boolean;
  /** Why this is not the connection that was to be resumed. */
  readonly error: WireError | undefined;
  readonly forget: () => void;
}

export interface Opened {
  readonly session: Session;
  readonly connection: EmulatedConnection;
  /** Ends the session and tells the transport so. */
  readonly supersede: () => void;
  /** Sends CONNECTED, from when on all else goes. */
  readonly welcome: () => void;
}

/** One connection on one transport, until that ends; `left` is called then. */
export function serve(facts: Facts, left: () => void): Opened {
  const { settings, state, transport, format } = facts;
  const received$ = new Subject<ProtocolMessage>();
  const ended$ = new Subject<void>();
  const attachments = new Map<string, Attachment>();
  let open = true;
  const end = (): void => {
    if (!open) return;
    open = false;
    ended$.next();
    ended$.complete();
    received$.complete();
    for (const attachment of attachments.values()) attachment.end();
    attachments.clear();
    facts.watch.end(live);
    left();
  };
  const line = lineTo({ transport, format, scheduler: settings.scheduler, ended$, closing: end });
  const live: Live = { ...facts, line, attachments, faults: noFaults() };
  const drop = (): void => {
    end();
    transport.terminate();
  };
  return {
    session: { receive: receiving(live, received$, () => open && !line.silent), ended: end },
    connection: emulatedConnection(live, { received$: readOnly(received$), drop }),
    supersede: () => {
      end();
      if (line.silent)
        transport.terminate(); // a half-open socket never closes
      else transport.close(1000, 'superseded');
    },
    welcome: () => {
      const heartbeats = facts.heartbeats || !transport.ping;
      const breakSilence = (): void => (heartbeats ? line.send({ action: Action.heartbeat }) : line.ping());
      breakIdleness(line, { interval: settings.maxIdleInterval, scheduler: settings.scheduler, breakSilence })
        .pipe(takeUntil(ended$))
        .subscribe();
      line.send(connected(state, settings, facts.error));
      facts.watch.begin(live);
    },
  };
}

const noFaults = (): Faults => ({
  refusals: [],
  attaches: [],
  held: undefined,
  ignoredPresences: 0,
  heldSyncs: new Set(),
});

function receiving(
  live: Live,
  received$: Subject<ProtocolMessage>,
  hearing: () => boolean,
): Session['receive'] {
  const { line, settings, state, forget, departures } = live;
  return (data, isBinary = typeof data !== 'string') => {
    if (!hearing()) {
      if (line.silent) live.state.outcomes.lose();
      return;
    }
    try {
      const frame = frameOf(data, { isBinary, format: line.format, maxFrameSize: settings.maxFrameSize });
      received$.next(frame);
      if (hearing()) answer(live, frame);
    } catch (thrown) {
      forget();
      line.send({ action: Action.error, error: wireErrorOf(thrown) }); // RTN15j
      line.close(1000, 'error');
      departures.now(state);
    }
  };
}
