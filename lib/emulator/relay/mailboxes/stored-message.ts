import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** What a publish asks for. */
export interface Draft {
  readonly topic: string;
  readonly message: string;
  /** Seconds. */
  readonly ttl: number;
  readonly tag: number;
  readonly attestation?: string;
}

/** A message that a topic keeps. */
export interface Letter {
  readonly topic: string;
  readonly message: string;
  readonly tag: number;
  readonly attestation?: string;
  /** In ms, as the next. */
  readonly publishedAt: number;
  readonly expiresAt: number;
  /** The client that has published it, and never gets it; undefined for the server. */
  readonly from: string | undefined;
  /** The clients that have acknowledged or fetched it. */
  readonly delivered: Set<string>;
}

/** A message as it travels. */
export const contentOf = ({ topic, message, publishedAt, tag, attestation }: Letter): object => ({
  topic,
  message,
  publishedAt,
  tag,
  ...(attestation !== undefined && { attestation }),
});

/** What clients know a message by: the SHA-256 of its text, in hex. */
export const messageIdOf = (message: string): string => bytesToHex(sha256(utf8ToBytes(message)));
