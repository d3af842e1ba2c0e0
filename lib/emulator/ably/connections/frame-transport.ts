import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import { type Line as HostLine, lineTo as hostLineTo } from '../../host/client-transport.js';
import { encodedAs } from '../channels/publication.js';
import type { Encoded, Format } from '../wire/formats.js';

/** The way to one client, in the format that it speaks. */
export interface Line extends Omit<HostLine<ProtocolMessage>, 'send'> {
  readonly format: Format;
  readonly send: (frame: ProtocolMessage) => void;
  readonly sendEncoded: (encoded: Encoded) => void;
}

export function lineTo({
  format,
  ...facts
}: Parameters<typeof hostLineTo>[0] & { readonly format: Format }): Line {
  const line = hostLineTo<ProtocolMessage>(facts);
  const sendEncoded = ({ frame, data }: Encoded): void => line.send(data, frame);
  return {
    ...line,
    format,
    send: (frame) => sendEncoded(encodedAs(frame, format)),
    sendEncoded,
    get silent() {
      return line.silent;
    },
    get lastSent() {
      return line.lastSent;
    },
  };
}
