import { Subject, takeUntil, timer } from 'rxjs';
import { Action } from '../../../ably/wire/actions.js';
import type { WireError } from '../../../ably/wire/error-info.js';
import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import { readOnly } from '../../../rx/read-only.js';
import type { Session, Transport, TransportEnd } from '../../host/server-core.js';
import type { Attachment } from '../attachments/attachment.js';
import type { Authority } from '../auth/authority.js';
import type { Channels } from '../channels/channels.js';
import type { AutomaticLeaves } from '../presence/automatic-leaves.js';
import type { Settings } from '../settings.js';
import { refusal, wireErrorOf } from '../wire/errors.js';
import { encodeFrame, type Format } from '../wire/formats.js';
import { connectedFrame } from './connected-frame.js';
import type { ConnectionContext, Faults } from './connection-context.js';
import { decodeFrame } from './decode-frame.js';
import { type EmulatedConnection, emulatedConnection } from './emulated-connection.js';
import { frameTransport, keepAlive } from './frame-transport.js';
import { onFrame } from './on-frame.js';
import type { ResumableSession } from './resumable-sessions.js';
import type { TokenWatch } from './token-watch.js';

interface Dependencies {
  readonly settings: Settings;
  readonly authority: Authority;
  readonly tokenWatch: TokenWatch;
  readonly leaves: AutomaticLeaves;
  readonly session: ResumableSession;
  readonly channels: Channels;
  readonly socket: Transport;
  readonly format: Format;
  readonly echo: boolean;
  /** RTN23b: true when idle connections get HEARTBEAT frames instead of WebSocket pings. */
  readonly heartbeats: boolean;
  readonly resumed: boolean;
  readonly cameFrom: string | undefined;
  /** Reason why the requested session was not resumed. */
  readonly error: WireError | undefined;
  readonly forget: () => void;
}

export interface OpenConnection {
  readonly session: Session;
  readonly connection: EmulatedConnection;
  /** Ends the session at once, and closes the transport soon after, with the reason 80016. */
  readonly supersede: () => void;
  /** Sends CONNECTED, which goes before all other frames. */
  readonly sendConnected: () => void;
}

/**
 * Time in ms after which a superseded transport is told, a guess: a client that has both must hear of the new one first,
 * as ably-js 1 gives it up otherwise.
 */
const supersedeAfter = 50;

/** One connection on one transport, until that ends; `onEnd` is called then. */
export function openConnection(dependencies: Dependencies, onEnd: () => void): OpenConnection {
  const { settings, session, socket, format, tokenWatch } = dependencies;
  const received$ = new Subject<ProtocolMessage>();
  const ended$ = new Subject<TransportEnd>();
  const gone$ = new Subject<void>();
  const attachments = new Map<string, Attachment>();
  let open = true;
  const end = (how: TransportEnd): void => {
    if (!open) return;
    open = false;
    ended$.next(how);
    ended$.complete();
    received$.complete();
    context.faults.heldAnswers?.forEach((answer) => answer()); // sent no more, so that results age from now on
    for (const attachment of attachments.values()) attachment.end();
    attachments.clear();
    tokenWatch.end(context);
    onEnd();
  };
  const { scheduler, maxIdleInterval: interval } = settings;
  const transport = frameTransport({ socket, format, scheduler, ended$, onClosing: end });
  const context: Dependencies & ConnectionContext = {
    ...{ ...dependencies, transport, attachments, faults: noFaults() },
    ...{ since: scheduler.now(), received: { frames: 0 }, socketTraffic: socket.traffic },
  };
  const drop = (): void => {
    end({ by: 'server', code: undefined });
    socket.terminate();
  };
  return {
    session: {
      receive: frameReceiver(context, received$, () => open && !transport.silent),
      ended: () => {
        gone$.next();
        end({ by: 'client' });
      },
    },
    connection: emulatedConnection(context, {
      ...{ received$: readOnly(received$), ended$: readOnly(ended$) },
      drop,
    }),
    supersede: () => {
      end({ by: 'server', code: 1000 });
      timer(supersedeAfter, scheduler)
        .pipe(takeUntil(gone$))
        .subscribe(() => closeSuperseded(context));
    },
    sendConnected: () => {
      const heartbeats = dependencies.heartbeats || !socket.ping;
      keepAlive(transport, { heartbeats, interval, scheduler }).pipe(takeUntil(ended$)).subscribe();
      transport.send(connectedFrame(session, settings, dependencies.error));
      tokenWatch.begin(context);
    },
  };
}

/** Says why, past the transport of frames, which has ended. */
function closeSuperseded({ transport, socket, format }: Dependencies & ConnectionContext): void {
  if (transport.silent) {
    socket.terminate(); // a half-open socket never closes
    return;
  }
  socket.send(encodeFrame({ action: Action.disconnected, error: superseded() }, format).data);
  socket.close(1000, 'superseded');
}

const superseded = (): WireError =>
  wireErrorOf(
    refusal(80016, 410, 'Another transport has taken this connection over: connect without its key.'),
  );

const noFaults = (): Faults => ({
  refusals: [],
  attachAnswers: [],
  heldAnswers: undefined,
  ignoredPresences: 0,
  heldSyncs: new Set(),
  heldObjectSyncs: new Set(),
  objectDisturbances: [],
});

function frameReceiver(
  context: ConnectionContext,
  received$: Subject<ProtocolMessage>,
  isReceiving: () => boolean,
): Session['receive'] {
  const { transport, settings, session, forget, leaves } = context;
  const { maxFrameSize } = settings;
  return (data, isBinary = typeof data !== 'string') => {
    if (!isReceiving()) {
      if (transport.silent) session.publishResults.expectGap();
      return;
    }
    try {
      context.received.frames += 1;
      const frame = decodeFrame(data, { isBinary, format: transport.format, maxFrameSize });
      received$.next(frame);
      if (isReceiving()) onFrame(context, frame);
    } catch (thrown) {
      forget();
      transport.send({ action: Action.error, error: wireErrorOf(thrown) }); // RTN15j
      transport.close(1000, 'error');
      leaves.leaveNow(session);
    }
  };
}
