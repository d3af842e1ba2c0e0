/** RFC 3284, section 2: seven bits a byte, the highest first. */
const integer = (value: number): readonly number[] =>
  value < 128 ? [value] : [...integer(Math.floor(value / 128)).map((byte) => byte | 128), value % 128];

const bytesOf = (payload: string | Uint8Array): Uint8Array =>
  typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;

/** VCDIFF: what makes `target` of `base`: their common beginning and end are copied, the rest is added. */
export function deltaOf(base: string | Uint8Array, target: string | Uint8Array): Uint8Array {
  const [from, to] = [bytesOf(base), bytesOf(target)];
  const most = Math.min(from.length, to.length);
  let [start, end] = [0, 0];
  while (start < most && from[start] === to[start]) start += 1;
  while (end < most - start && from[from.length - 1 - end] === to[to.length - 1 - end]) end += 1;
  const added = [...to.subarray(start, to.length - end)];
  const copy = (size: number): readonly number[] => (size > 0 ? [19, ...integer(size)] : []);
  const instructions = [
    ...copy(start),
    ...(added.length > 0 ? [1, ...integer(added.length)] : []),
    ...copy(end),
  ];
  const addresses = [...(start > 0 ? [0] : []), ...(end > 0 ? integer(from.length - end) : [])];
  const window = [
    ...integer(to.length),
    0, // nothing is compressed
    ...[added, instructions, addresses].flatMap(({ length }) => integer(length)),
    ...[added, instructions, addresses].flat(),
  ];
  const header = [0xd6, 0xc3, 0xc4, 0, 0];
  return new Uint8Array([...header, 1, ...integer(from.length), 0, ...integer(window.length), ...window]);
}
