// Made on first use: an import needs nothing of the platform, and Jest with jsdom has neither class.
let encoder: TextEncoder | undefined;
let decoder: TextDecoder | undefined;

/** Bytes of a text in UTF-8; half of a surrogate pair becomes U+FFFD. */
export const toUtf8 = (text: string): Uint8Array<ArrayBuffer> => (encoder ??= new TextEncoder()).encode(text);

/** The text that bytes are in UTF-8. Throws where they are none. */
export const fromUtf8 = (bytes: ArrayBuffer | Uint8Array): string =>
  (decoder ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })).decode(bytes);
