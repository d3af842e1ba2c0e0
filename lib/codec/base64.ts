/** Encodes bytes in base64 by RFC 4648, with padding (RSL4d1). */
export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let start = 0; start < bytes.length; start += 0x2000) {
    binary += String.fromCharCode(...bytes.subarray(start, start + 0x2000)); // in slices: the number of arguments is limited
  }
  return btoa(binary);
}

/** Decoders of base64 that some platforms have, three times as fast as `atob` and a loop. */
interface Native {
  readonly Uint8Array: { readonly fromBase64?: (text: string) => Uint8Array<ArrayBuffer> };
  readonly Buffer?: { readonly from: (text: string, encoding: 'base64') => Uint8Array };
}
/** Characters from which on calling a Buffer pays. */
const long = 200;

/** Decodes base64 by RFC 4648; accepts line feeds, throws on anything else that is not base64. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const { Uint8Array: Bytes, Buffer } = globalThis as unknown as Native; // not declared for every platform
  if (Bytes.fromBase64) return Bytes.fromBase64(text);
  if (Buffer && text.length > long) {
    const decoded = Buffer.from(text, 'base64');
    if (isWhole(decoded, text)) return new Uint8Array(decoded);
  }
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/** Whether a Buffer has left nothing out, and taken no letter of base64 for URLs: it never throws. */
const isWhole = ({ length }: Uint8Array, text: string): boolean =>
  length === (text.length / 4) * 3 - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0) &&
  !text.includes('-') &&
  !text.includes('_');

/** Encodes bytes in base64 for URLs and JSON Web Tokens: RFC 4648 §5, without padding. */
export const toBase64Url = (bytes: Uint8Array): string =>
  toBase64(bytes).replace(/[+/=]/g, (letter) => ({ '+': '-', '/': '_' })[letter] ?? '');
