import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import { type ClientTransport, clientTransport } from '../../host/client-transport.js';
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
