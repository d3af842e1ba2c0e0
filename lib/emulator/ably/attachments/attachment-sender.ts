import { Action } from '../../../ably/wire/actions.js';
import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import type { Filter } from '../messages/filter.js';
import { type Publication, told } from '../channels/publication.js';
import { type Breakage, type Deltas, deltasOf } from '../delta/deltas.js';
import type { Line } from '../connections/frame-transport.js';

/** The end of a channel at one attachment. */
export interface Receiver {
  /** What is said now. */
  readonly deliver: (publication: Publication) => void;
  /** What was said before the attachment was there. */
  readonly replay: (publication: Publication) => void;
  /** A MESSAGE for this attachment alone. */
  readonly tell: (frame: ProtocolMessage) => void;
  /** The next message goes in full, whatever was sent before. */
  readonly restart: () => void;
  /** Spoils the next delta; false where there are none. */
  readonly spoil: (how: Breakage) => boolean;
}

interface Facts {
  readonly line: Line;
  /** What the client calls the channel. */
  readonly name: string;
  /** Undefined for one that gets everything as it is. */
  readonly filter: Filter | undefined;
  readonly delta: boolean;
}

/** One that needs nothing of its own shares the bytes with all others. */
export const receiverOf = (facts: Facts, channel: string): Receiver =>
  facts.filter || facts.delta || facts.name !== channel ? special(facts) : plain(facts);

function plain({ line }: Facts): Receiver {
  const deliver = (publication: Publication): void => line.sendEncoded(publication.as(line.format));
  return {
    deliver,
    replay: (publication) => {
      if (publication.replay === publication.frame) deliver(publication);
      else line.send(publication.replay);
      publication.release();
    },
    tell: line.send,
    restart: () => undefined,
    spoil: () => false,
  };
}

function special({ line, name, filter, delta }: Facts): Receiver {
  let deltas: Deltas | undefined = delta ? deltasOf() : undefined;
  const tell = (frame: ProtocolMessage): void => {
    const named = { ...frame, channel: name };
    if (frame.action !== Action.message) {
      line.send(named);
      return;
    }
    const chosen = filter ? filtered(named, filter) : named;
    if (chosen.messages?.length !== 0) line.send(deltas ? deltas.of(chosen) : chosen);
  };
  return {
    deliver: ({ frame }) => tell(frame),
    replay: ({ replay }) => tell(replay),
    tell,
    restart: () => void (deltas &&= deltasOf()),
    spoil: (how) => {
      deltas?.spoil(how);
      return delta;
    },
  };
}

/** The messages that pass, with ids of their own: their places in the frame tell nothing any more. */
function filtered(frame: ProtocolMessage, filter: Filter): ProtocolMessage {
  const messages = (frame.messages ?? []).map((message, index) => told(message, frame, index));
  return { ...frame, messages: messages.filter(filter) };
}
