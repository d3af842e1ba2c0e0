const pairs: string[] = [];

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += pairs[byte] ??= (byte + 256).toString(16).slice(1); // a number to text costs more than the hash
  return text;
}

/** Reads hexadecimal of an even length; the caller has checked that it is some. */
export const fromHex = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: text.length / 2 }, (_, at) =>
    Number.parseInt(text.slice(2 * at, 2 * at + 2), 16),
  );
