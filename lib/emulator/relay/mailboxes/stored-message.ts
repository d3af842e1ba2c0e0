import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** A message to publish. */
export interface Draft {
  readonly topic: string;
  readonly message: string;
  /** In seconds. */
  readonly ttl: number;
  readonly tag: number;
  readonly attestation?: string;
}

/** A message in the mailbox of a topic; times in ms. */
export interface StoredMessage {
  readonly topic: string;
  readonly message: string;
  readonly tag: number;
  readonly attestation?: string;
  readonly publishedAt: number;
  readonly expiresAt: number;
  /** Client that published it, to which it is never delivered; undefined for the server. */
  readonly from: string | undefined;
  /** Clients that have acknowledged or fetched it. */
  readonly delivered: ReadonlySet<string>;
}

/** A stored message with its deliveries, which change. */
export interface MailboxMessage extends StoredMessage {
  readonly delivered: Set<string>;
}

/** The message on the wire. */
export const contentOf = ({ topic, message, publishedAt, tag, attestation }: MailboxMessage): object => ({
  topic,
  message,
  publishedAt,
  tag,
  ...(attestation !== undefined && { attestation }),
});

/** Id of a message: the SHA-256 of its text, in hex. */
export const messageIdOf = (message: string): string => bytesToHex(sha256(utf8ToBytes(message)));
