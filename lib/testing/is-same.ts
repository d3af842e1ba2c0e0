const partsOf = (value: object): readonly unknown[] | undefined => {
  if (Array.isArray(value)) return value as readonly unknown[];
  if (value instanceof Map || value instanceof Set) return [...(value as Iterable<unknown>)];
  if (value instanceof Date) return [value.getTime()];
  if (value instanceof Error) return [value.name, value.message];
  if (value instanceof ArrayBuffer) return [...new Uint8Array(value)];
  if (ArrayBuffer.isView(value)) return [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)];
  return undefined;
};

/** Compares by content: what has the same class and the same parts is the same. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false;
  const [parts, others] = [partsOf(one), partsOf(other)];
  if (parts && others)
    return parts.length === others.length && parts.every((part, at) => isSame(part, others[at]));
  const [fields, further] = [one as Record<string, unknown>, other as Record<string, unknown>];
  const names = Object.keys(fields);
  return (
    names.length === Object.keys(further).length &&
    names.every((name) => Object.hasOwn(further, name) && isSame(fields[name], further[name]))
  );
}
