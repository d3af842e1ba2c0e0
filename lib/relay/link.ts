import type { RelayError } from './relay-error.js';

/** The connection, as calls and topics see it. */
export type Link =
  | { readonly name: 'up'; readonly error?: undefined }
  /** The client opens it again by itself, or on demand. */
  | { readonly name: 'down'; readonly error: RelayError | undefined }
  /** It stays closed until the user connects or it is needed. */
  | { readonly name: 'closed'; readonly error: RelayError | undefined }
  /** The relay refuses this client, until the user connects again. */
  | { readonly name: 'failed'; readonly error: RelayError };

/** The link of a new client. */
export const noLink: Link = { name: 'down', error: undefined };
