import { fromBase64 } from '../../codec/base64.js';
import { viewOf } from '../../codec/bytes.js';
import { toUtf8 } from '../../codec/utf8.js';
import type { VcdiffDecoder } from '../../codec/vcdiff-decoder.js';
import { having } from '../../options/validators.js';
import { invalid } from '../check-options.js';
import { ErrorInfo, wordsOf } from '../wire/error-info.js';
import type { ProtocolMessage, WireMessage } from '../wire/frames.js';
import { idOf } from '../wire/message.js';
import type { ChannelRecord, Feature } from '../channel/port.js';

/** RTL19a: a payload, before its base64 has been undone. */
interface Payload {
  readonly data: unknown;
  readonly inBase64: boolean;
}

/** RTL19, RTL20: the last message of a channel, which the next delta may be against. */
export interface DeltaBase extends Payload {
  readonly id: string | undefined;
}

/** The channels whose deltas are undone, and what undoes them. */
interface Following {
  readonly bases: WeakMap<ChannelRecord, DeltaBase>;
  readonly decoder: VcdiffDecoder;
}

/**
 * PC3, RTL19: lets channels ask for deltas by `params: { delta: 'vcdiff' }`, and undoes them with the decoder: subscribers
 * get whole messages. One that cannot be undone is 40018; the channel attaches again by itself from the last message
 * (RTL18). Throws 40000 where the decoder is none.
 *
 * @example
 * ```ts
 * const client = createClient({ key, features: [deltas(vcdiff)] }); // vcdiff of rx-realtime/vcdiff
 * client.channel('scores', { params: { delta: 'vcdiff' } }).messages$.subscribe(show);
 * ```
 */
export function deltas(decoder: VcdiffDecoder): Feature {
  const [isDecoder, name] = having('decode');
  if (!isDecoder(decoder)) throw invalid('decoder', name);
  return () => {
    const following: Following = { bases: new WeakMap(), decoder };
    const forget = (record: ChannelRecord): void => {
      following.bases.delete(record);
    };
    return {
      transform: (record, frame) => withoutDeltas(record, frame, following),
      changed: ({ machine, state: { name } }) => {
        if (name === 'detached' || name === 'failed' || name === 'initialized') forget(machine); // the next attach is a fresh start
      },
      forget,
    };
  };
}

/** An encoding that ends in a delta, which may be in base64: what is left of it, and whether it is. */
const deltaSteps = /^(?:(.+)\/)?vcdiff(\/base64)?$/;
const stepsOf = ({ encoding }: WireMessage): RegExpExecArray | null =>
  typeof encoding === 'string' ? deltaSteps.exec(encoding) : null; // as a server may err
/** As a server may err, again: what is none is told of where it is delivered. */
const isMessage = (wire: unknown): boolean => typeof wire === 'object' && wire !== null;
const isList = (messages: ProtocolMessage['messages']): messages is readonly WireMessage[] =>
  Array.isArray(messages);

/** Nothing is against it. */
const noBase: DeltaBase = { id: undefined, data: undefined, inBase64: false };

/**
 * RTL19, RTL21: the frame with its deltas undone, in order, on any channel: a server may send them unasked. What the next
 * delta is against moves only when the whole frame could be undone: throws 40018 where it could not (RTL18, RTL20), and
 * then it is as if the frame had never come.
 */
function withoutDeltas(
  record: ChannelRecord,
  frame: ProtocolMessage,
  { bases, decoder }: Following,
): ProtocolMessage {
  const { messages } = frame;
  if (record.state.name !== 'attached' || !isList(messages)) return frame; // RTL17
  const last = messages.at(-1);
  if (last && messages.every((wire) => isMessage(wire) && !stepsOf(wire))) {
    bases.set(record, kept(baseOf(last, idOf(last, frame, messages.length - 1))));
    return frame;
  }
  let base = bases.get(record) ?? noBase;
  const undone = messages.map((wire, index) => {
    if (!isMessage(wire)) return wire;
    const steps = stepsOf(wire);
    const plain = steps ? applied(wire, steps, base, decoder) : wire;
    base = baseOf(plain, idOf(wire, frame, index));
    return plain;
  });
  bases.set(record, kept(base));
  return { ...frame, messages: undone };
}

/** RTL19b, RTL19c */
const baseOf = ({ data, encoding }: WireMessage, id: string | undefined): DeltaBase => ({
  id,
  data,
  inBase64: typeof encoding === 'string' && /(^|\/)base64$/.test(encoding),
});

/** A copy of bytes: a view would keep their whole frame. */
const kept = (base: DeltaBase): DeltaBase =>
  base.data instanceof Uint8Array ? { ...base, data: new Uint8Array(base.data) } : base;

/** RTL19c, RTL20, PC3a */
function applied(
  { encoding: _, ...wire }: WireMessage,
  [, encoding, inBase64]: RegExpExecArray,
  base: DeltaBase,
  decoder: VcdiffDecoder,
): WireMessage {
  const from = referenceOf(wire);
  if (from === undefined || from !== base.id)
    throw broken(`it is against message ${from}, and the last one received is ${base.id}`);
  try {
    const delta = bytesOf({ data: wire.data, inBase64: inBase64 !== undefined });
    const data = viewOf(decoder.decode(delta, bytesOf(base)));
    if (!data) throw new TypeError('the decoder gave no bytes');
    return { ...wire, data, ...(encoding !== undefined && { encoding }) };
  } catch (cause) {
    throw broken(wordsOf(cause), cause);
  }
}

/** DE2a: the id of the message that a delta is against. */
function referenceOf({ extras }: WireMessage): string | undefined {
  const { delta } = (extras ?? {}) as { readonly delta?: { readonly from?: unknown } | null };
  return typeof delta?.from === 'string' ? delta.from : undefined;
}

function bytesOf({ data, inBase64 }: Payload): Uint8Array {
  if (typeof data === 'string') return inBase64 ? fromBase64(data) : toUtf8(data); // PC3a
  if (data instanceof Uint8Array) return data;
  throw new TypeError('there are no bytes');
}

const broken = (why: string, cause?: unknown): ErrorInfo =>
  new ErrorInfo(`A delta could not be undone (${why}). The channel attaches again by itself.`, {
    code: 40018,
    ...(cause !== undefined && { cause }),
  });
