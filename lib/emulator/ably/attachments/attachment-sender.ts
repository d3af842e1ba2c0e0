import { Action } from '../../../ably/wire/actions.js';
import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import type { Filter } from '../messages/filter.js';
import { type Publication, standaloneMessage } from '../channels/publication.js';
import { type Breakage, type DeltaEncoder, deltaEncoder } from '../delta/deltas.js';
import type { FrameTransport } from '../connections/frame-transport.js';

/** Sends the frames of a channel to one attachment. */
export interface AttachmentSender {
  /** Sends a publication of this moment. */
  readonly deliver: (publication: Publication) => void;
  /** Sends a publication from before the attachment. */
  readonly replay: (publication: Publication) => void;
  /** Sends a MESSAGE to this attachment alone. */
  readonly send: (frame: ProtocolMessage) => void;
  /** Sends the next message in full, without a delta. */
  readonly restart: () => void;
  /** Makes the next delta unusable; returns false where deltas are not used. */
  readonly breakNextDelta: (how: Breakage) => boolean;
}

interface Dependencies {
  readonly transport: FrameTransport;
  /** The client's name for the channel, with its qualifier. */
  readonly name: string;
  /** Undefined on a channel that is not derived. */
  readonly filter: Filter | undefined;
  readonly delta: boolean;
}

/** Shares the encoded bytes with other attachments, unless this one needs frames of its own. */
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

/** Keeps the messages that pass. They get ids of their own, because their index in the frame changes (TM2a). */
function applyFilter(frame: ProtocolMessage, filter: Filter): ProtocolMessage {
  const messages = (frame.messages ?? []).map((message, index) => standaloneMessage(message, frame, index));
  return { ...frame, messages: messages.filter(filter) };
}
