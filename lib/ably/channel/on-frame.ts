import { Action } from '../wire/actions.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { ProtocolMessage } from '../wire/frames.js';
import type { ChannelRecord } from './record.js';
import { withoutDeltas } from '../messages/delta.js';
import type { ChannelServices } from './services.js';
import type { ChannelEvent } from './state.js';

interface Surroundings {
  readonly services: ChannelServices;
  readonly random: () => number;
}

/** What a frame means to its channel's machine; hands on what it brings for those who listen. */
export function eventIn(
  frame: ProtocolMessage,
  record: ChannelRecord,
  { services, random }: Surroundings,
): ChannelEvent | undefined {
  switch (frame.action) {
    case Action.message:
      return messages(frame, record, services);
    case Action.annotation:
      record.deliverAnnotations(frame, services.report);
      return undefined;
    case Action.object:
      record.advance(frame);
      return undefined;
    case Action.attached:
      if ('broken' in record.state && record.state.wanted) return { type: 'overtaken' }; // what it says of the channel's place would skip what was broken
      return { type: 'attached', ...record.arrived(frame), error: errorIn(frame) };
    case Action.detached:
      return { type: 'detached', error: errorIn(frame), chance: random() };
    case Action.error:
      return { type: 'refused', error: ErrorInfo.from(frame.error ?? {}) };
    default:
      return undefined;
  }
}

function messages(
  frame: ProtocolMessage,
  record: ChannelRecord,
  { vcdiff, report }: ChannelServices,
): ChannelEvent | undefined {
  let whole = frame;
  try {
    if (vcdiff) whole = withoutDeltas(record, frame, vcdiff);
  } catch (cause) {
    const error = ErrorInfo.of(cause, 40018, 400);
    report(error); // RTL18a
    return { type: 'undecodable', error }; // RTL18b, RTL18c: the frame comes again
  }
  record.deliver(whole, report);
  return undefined;
}

const errorIn = ({ error }: ProtocolMessage): ErrorInfo | undefined => error && ErrorInfo.from(error);
