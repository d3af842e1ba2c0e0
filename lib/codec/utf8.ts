// Made on first use: an import needs nothing of the platform, and Jest with jsdom has neither class.
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
export const toUtf8 = (text: string): Uint8Array<ArrayBuffer> => (encoder ??= new TextEncoder()).encode(text);

/** The text that bytes are in UTF-8. Throws where they are none. */
export const fromUtf8 = (bytes: ArrayBuffer | Uint8Array): string =>
  (decoder ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })).decode(bytes);
