import type { Observable, SchedulerLike } from 'rxjs';
import { Action } from '../../../ably/wire/actions.js';
import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import { type ClientTransport, clientTransport } from '../../host/client-transport.js';
import { sendWhenIdle } from '../../host/send-when-idle.js';
import { encodeForFormat } from '../channels/publication.js';
import type { EncodedFrame, Format } from '../wire/formats.js';

/** Transport to one client, in its format. */
export interface FrameTransport extends Omit<ClientTransport<ProtocolMessage>, 'send'> {
  readonly format: Format;
  readonly send: (frame: ProtocolMessage) => void;
  readonly sendEncoded: (encoded: EncodedFrame) => void;
}

export function frameTransport({
  format,
  ...dependencies
}: Parameters<typeof clientTransport>[0] & { readonly format: Format }): FrameTransport {
  const transport = clientTransport<ProtocolMessage>(dependencies);
  const sendEncoded = ({ frame, data }: EncodedFrame): void => transport.send(data, frame);
  return {
    ...transport,
    format,
    send: (frame) => sendEncoded(encodeForFormat(frame, format)),
    sendEncoded,
    get delayedBy() {
      return transport.delayedBy;
    },
    get framesSent() {
      return transport.framesSent;
    },
    get silent() {
      return transport.silent;
    },
    get lastSent() {
      return transport.lastSent;
    },
  };
}

interface KeepAlive {
  /** RTN23b: true for HEARTBEAT frames, false for WebSocket pings. */
  readonly heartbeats: boolean;
  /** In ms of silence. */
  readonly interval: number;
  readonly scheduler: SchedulerLike;
}

/** Gives an idle client a sign of life while it is subscribed. */
export const keepAlive = (
  transport: FrameTransport,
  { heartbeats, interval, scheduler }: KeepAlive,
): Observable<unknown> =>
  sendWhenIdle(transport, {
    ...{ interval, scheduler },
    send: () => (heartbeats ? transport.send({ action: Action.heartbeat }) : transport.ping()),
  });
