import { refusal } from './errors.js';

/** An object from the wire, of which nothing else is known. */
export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/** True for undefined and null: MessagePack does not tell them apart. */
export const isAbsent = (value: unknown): value is null | undefined => value === undefined || value === null;

/** A value for an error text; short, because errors are sent in headers too. */
export const quote = (value: unknown): string =>
  (JSON.stringify(value) as string | undefined)?.slice(0, 100) ?? typeof value;

/** A number, which may come as text of digits; NaN for anything else. */
export function numberIn(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : NaN;
}

/** The field, if it is present. Throws 40030 unless it is a string. */
export function textField<Name extends string>(
  fields: Fields,
  name: Name,
): { readonly [Key in Name]?: string } {
  const value = fields[name];
  if (isAbsent(value)) return {};
  if (typeof value === 'string') return { [name]: value } as { [Key in Name]: string };
  throw refusal(40030, 400, `The ${name} of a message is a string.`);
}
