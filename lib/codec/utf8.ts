// Made on first use: an import needs nothing of the platform. Jest with jsdom has neither class, Hermes in older versions
// of React Native no TextDecoder: there escapes for URLs do the same, slowly.
let encoder: TextEncoder | undefined;
let decoder: TextDecoder | undefined;

/** Newer than the types of this project, and than some engines. */
type Text = string & { readonly isWellFormed?: () => boolean };

/** Whether UTF-8 can carry a text: it has no half of a surrogate pair, as cutting an emoji leaves. */
export const isWellFormed = (text: string): boolean =>
  (text as Text).isWellFormed?.() ?? !/\p{Surrogate}/u.test(text);

/** The text with U+FFFD for each half of a surrogate pair, as sockets and coders replace it: alike in every format. */
export const wellFormed = (text: string): string =>
  isWellFormed(text) ? text : text.replace(/\p{Surrogate}/gu, '\ufffd');

/** Bytes of a text in UTF-8; half of a surrogate pair becomes U+FFFD. */
export const toUtf8 = (text: string): Uint8Array<ArrayBuffer> =>
  typeof TextEncoder === 'function' ? (encoder ??= new TextEncoder()).encode(text) : escapesToBytes(text);

/** The text that bytes are in UTF-8. Throws where they are none. */
export const fromUtf8 = (bytes: ArrayBuffer | Uint8Array): string =>
  typeof TextDecoder === 'function'
    ? (decoder ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })).decode(bytes)
    : decodeURIComponent(new Uint8Array(bytes).reduce((text, byte) => text + escapeOf(byte), ''));

const escapesToBytes = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(encodeURIComponent(wellFormed(text)).match(/%..|./g) ?? [], (part) =>
    part[1] ? parseInt(part.slice(1), 16) : part.charCodeAt(0),
  );

const escapeOf = (byte: number): string => `%${byte < 16 ? 0 : ''}${byte.toString(16)}`;
