import { toBase58 } from '../../codec/base58.js';

/** The multicodec prefix of an Ed25519 public key. */
const ed25519 = [0xed, 0x01];

/** Gives the did:key of an Ed25519 public key: the id of a client, and of its mailbox at the relay. */
export const didKeyOf = (publicKey: Uint8Array): string =>
  `did:key:z${toBase58(Uint8Array.of(...ed25519, ...publicKey))}`;
