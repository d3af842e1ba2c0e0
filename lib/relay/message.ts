/** A message that came in. */
export interface RelayMessage {
  /** SHA-256 of the text, in lower-case hexadecimal: the same for everybody who has the same text. */
  readonly id: string;
  readonly topic: string;
  readonly message: string;
  /** What the publisher said that it is about; 0 where nothing was said. */
  readonly tag: number;
  /** Milliseconds since the epoch, by the relay's clock; by ours where an old relay does not tell. */
  readonly publishedAt: number;
  /** Milliseconds since the epoch, by our clock. */
  readonly receivedAt: number;
  /** A proof of where it comes from, where the publisher gave one; unchecked. */
  readonly attestation?: string;
}
