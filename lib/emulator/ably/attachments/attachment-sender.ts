import { Action } from '../../../ably/wire/actions.js';
import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import type { Filter } from '../messages/filter.js';
import { type Publication, standaloneMessage } from '../channels/publication.js';
import { type Breakage, type DeltaEncoder, deltaEncoder } from '../delta/deltas.js';
import type { FrameTransport } from '../connections/frame-transport.js';

/** The end of a channel at one attachment. */
export interface AttachmentSender {
  /** What is said now. */
  readonly deliver: (publication: Publication) => void;
  /** What was said before the attachment was there. */
  readonly replay: (publication: Publication) => void;
  /** A MESSAGE for this attachment alone. */
  readonly send: (frame: ProtocolMessage) => void;
  /** The next message goes in full, whatever was sent before. */
  readonly restart: () => void;
  /** Spoils the next delta; false where there are none. */
  readonly breakNextDelta: (how: Breakage) => boolean;
}

interface Dependencies {
  readonly transport: FrameTransport;
  /** What the client calls the channel. */
  readonly name: string;
  /** Undefined for one that gets everything as it is. */
  readonly filter: Filter | undefined;
  readonly delta: boolean;
}

/** One that needs nothing of its own shares the bytes with all others. */
export const attachmentSender = (dependencies: Dependencies, channel: string): AttachmentSender =>
  dependencies.filter || dependencies.delta || dependencies.name !== channel
    ? ownFrames(dependencies)
    : sharedFrames(dependencies);

function sharedFrames({ transport }: Dependencies): AttachmentSender {
  const deliver = (publication: Publication): void =>
    transport.sendEncoded(publication.encodedAs(transport.format));
  return {
    deliver,
    replay: (publication) => {
      if (publication.replay === publication.frame) deliver(publication);
      else transport.send(publication.replay);
      publication.release();
    },
    send: transport.send,
    restart: () => undefined,
    breakNextDelta: () => false,
  };
}

function ownFrames({ transport, name, filter, delta }: Dependencies): AttachmentSender {
  let deltas: DeltaEncoder | undefined = delta ? deltaEncoder() : undefined;
  const send = (frame: ProtocolMessage): void => {
    const named = { ...frame, channel: name };
    if (frame.action !== Action.message) {
      transport.send(named);
      return;
    }
    const chosen = filter ? applyFilter(named, filter) : named;
    if (chosen.messages?.length !== 0) transport.send(deltas ? deltas.encode(chosen) : chosen);
  };
  return {
    deliver: ({ frame }) => send(frame),
    replay: ({ replay }) => send(replay),
    send,
    restart: () => void (deltas &&= deltaEncoder()),
    breakNextDelta: (how) => {
      deltas?.breakNext(how);
      return delta;
    },
  };
}

/** The messages that pass, with ids of their own: their places in the frame tell nothing any more. */
function applyFilter(frame: ProtocolMessage, filter: Filter): ProtocolMessage {
  const messages = (frame.messages ?? []).map((message, index) => standaloneMessage(message, frame, index));
  return { ...frame, messages: messages.filter(filter) };
}
