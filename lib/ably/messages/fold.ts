import type { Message } from '../wire/message.js';

/** How messages are folded into a list. */
export interface FoldOptions<M> {
  /** How many are kept: the newest. */
  readonly keep: number;
  /**
   * Names what a message is about: a later one of the same name takes the place of the one before. Left out, messages are
   * known by their serial (TM2r), and an update, a delete or an append changes the one that it is about.
   */
  readonly by?: ((message: M) => string | undefined) | undefined;
}

/** TM2r: the name of a message through all its versions; its id where a server gives no serials. */
export const nameOf = ({ serial, id }: Message): string | undefined => serial ?? id;

/** TM2s1: whether a version of a message comes after the one that is known; serials compare as texts. */
export const isNewer = (
  { version: { serial } }: Pick<Message, 'version'>,
  { version: { serial: known } }: Pick<Message, 'version'>,
): boolean => serial === undefined || known === undefined || serial > known;

/** Looks from the end, because what changes is young as a rule. */
const placeOf = <M>(list: readonly M[], isIt: (message: M) => boolean): number => {
  for (let at = list.length - 1; at >= 0; at -= 1) if (isIt(list[at] as M)) return at;
  return -1;
};

/** Adds a message at its place by serial, and at the end where there are none; drops the oldest beyond `keep`. */
function inserted<M extends Message>(list: readonly M[], message: M, keep: number): readonly M[] {
  const { serial } = message;
  const at = placeOf(list, ({ serial: other }) => !serial || !other || other < serial) + 1;
  if (at === 0 && list.length >= keep) return list; // older than all that are kept
  return [...list.slice(0, at), message, ...list.slice(at)].slice(-keep);
}

/** RTL32: texts and bytes grow by what is appended; anything else is replaced. */
function appended(known: unknown, more: unknown): unknown {
  if (typeof known === 'string' && typeof more === 'string') return known + more;
  if (!(known instanceof Uint8Array && more instanceof Uint8Array)) return more ?? known;
  const whole = new Uint8Array(known.length + more.length);
  whole.set(known);
  whole.set(more, known.length);
  return whole;
}

/**
 * TM5, RTL32: the one rule of how messages fold: what another message makes of the one that it is about. `undefined` where
 * there is none any more, or still none, because its beginning is missing; the same object where nothing changes. An update
 * says all that there is of a message: a page of history names an edited one by its last.
 */
export function merged<M extends Message>(known: M | undefined, message: M): M | undefined {
  const { action, version } = message;
  if (action === 'message.create' || action === 'unknown') return known ?? message;
  if (action === 'meta' || (known && action !== 'message.summary' && !isNewer(message, known))) return known;
  if (action === 'message.update') return message;
  if (!known || action === 'message.delete') return undefined;
  return action === 'message.summary'
    ? { ...known, annotations: message.annotations }
    : { ...known, data: appended(known.data, message.data), version, extras: message.extras ?? known.extras };
}

/**
 * Folds one message more into a list, which is not changed: the same list where nothing did. A message that is there
 * already, as a page of history may bring it once more, is not added again. An append to a message that is not known shows
 * nothing, because its beginning is missing; one that is older than all that are kept shows nothing either.
 */
export function folded<M extends Message>(
  list: readonly M[],
  message: M,
  { keep, by }: FoldOptions<M>,
): readonly M[] {
  const named = by ?? nameOf;
  const name = named(message);
  const known = name === undefined ? undefined : list[placeOf(list, (other) => named(other) === name)];
  const left = by && known && message.action === 'message.create' ? message : merged(known, message);
  if (left === known) return list;
  if (!left) return list.filter((other) => other !== known);
  return known ? list.map((other) => (other === known ? left : other)) : inserted(list, left, keep);
}
