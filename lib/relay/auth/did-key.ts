import { toBase58 } from '../../codec/base58.js';

/** What stands before the bytes of a public key of Ed25519 (multicodec). */
const ed25519 = [0xed, 0x01];

/** The did:key of a public key of Ed25519: a client's id, and with it the address of its mailbox at the relay. */
export const didKeyOf = (publicKey: Uint8Array): string =>
  `did:key:z${toBase58(Uint8Array.of(...ed25519, ...publicKey))}`;
