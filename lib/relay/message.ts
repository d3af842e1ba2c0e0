/** A message as users see it. */
export interface RelayMessage {
  /** SHA-256 of the text, in lower-case hexadecimal: equal texts have the same id. */
  readonly id: string;
  readonly topic: string;
  readonly message: string;
  /** The kind of message, as its publisher gave it; default 0. */
  readonly tag: number;
  /** Milliseconds since the epoch, by the relay's clock; by ours if an old relay does not send it. */
  readonly publishedAt: number;
  /** Milliseconds since the epoch, by our clock. */
  readonly receivedAt: number;
  /** The publisher's proof of origin, if any; unchecked. */
  readonly attestation?: string;
}
