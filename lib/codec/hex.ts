const digits = '0123456789abcdef';

/** Lower-case hexadecimal, of a key or a digest. */
export function toHex(bytes: Uint8Array): string {
  const codes: number[] = [];
  for (const byte of bytes) codes.push(digits.charCodeAt(byte >> 4), digits.charCodeAt(byte & 15));
  return String.fromCharCode(...codes); // in one piece: a text that was added to is kept in pieces, ten times as heavy
}

/** Reads hexadecimal of an even length; the caller has checked that it is some. */
export const fromHex = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: text.length / 2 }, (_, at) =>
    Number.parseInt(text.slice(2 * at, 2 * at + 2), 16),
  );
