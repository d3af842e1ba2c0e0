import type { RelayError } from './relay-error.js';

/** The connection, as calls and topics see it. */
export type Link =
  | { readonly name: 'up'; readonly error?: undefined }
  /** It is opened again by itself, or when somebody needs it. */
  | { readonly name: 'down'; readonly error: RelayError | undefined }
  /** It stays closed until somebody connects. */
  | { readonly name: 'closed'; readonly error: RelayError | undefined }
  /** The relay refuses this client: it stays so until the user connects again. */
  | { readonly name: 'failed'; readonly error: RelayError };

/** Before anything has happened. */
export const noLink: Link = { name: 'down', error: undefined };
