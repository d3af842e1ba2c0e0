/** Encodes a number as RFC 3284 does (section 2): seven bits a byte, the highest first. */
function integer(value: number): readonly number[] {
  const bytes = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128))
    bytes.unshift((rest % 128) + 128);
  return bytes;
}

const header = [0xd6, 0xc3, 0xc4, 0, 0];
const withSource = 1;
const add = 1; // standard code table: ADD, followed by its size
const copy = 19; // COPY by absolute address, followed by its size

/**
 * RFC 3284: encodes `target` as a delta of `source`. One window copies the common prefix and suffix and adds the rest;
 * no other similarity is searched.
 */
export function vcdiff(source: Uint8Array, target: Uint8Array): Uint8Array {
  const prefix = prefixOf(source, target);
  const suffix = suffixOf(source, target, prefix);
  const added = target.subarray(prefix, target.length - suffix);
  const copied = (size: number): readonly number[] => (size > 0 ? [copy, ...integer(size)] : []);
  const instructions = [
    ...copied(prefix),
    ...(added.length > 0 ? [add, ...integer(added.length)] : []),
    ...copied(suffix),
  ];
  const addresses = [
    ...(prefix > 0 ? integer(0) : []),
    ...(suffix > 0 ? integer(source.length - suffix) : []),
  ];
  const sizes = [
    ...integer(target.length),
    0, // no section is compressed
    ...integer(added.length),
    ...integer(instructions.length),
    ...integer(addresses.length),
  ];
  const length = sizes.length + added.length + instructions.length + addresses.length;
  const from = source.length > 0 ? [withSource, ...integer(source.length), ...integer(0)] : [0];
  return concat([header, from, integer(length), sizes, added, instructions, addresses]);
}

function concat(parts: readonly ArrayLike<number>[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function prefixOf(source: Uint8Array, target: Uint8Array): number {
  const most = Math.min(source.length, target.length);
  let length = 0;
  while (length < most && source[length] === target[length]) length += 1;
  return length;
}

/** Length of the common suffix behind the prefix. */
function suffixOf(source: Uint8Array, target: Uint8Array, prefix: number): number {
  const most = Math.min(source.length, target.length) - prefix;
  let length = 0;
  while (length < most && source[source.length - 1 - length] === target[target.length - 1 - length])
    length += 1;
  return length;
}
