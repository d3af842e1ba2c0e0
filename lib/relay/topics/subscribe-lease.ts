import type { RelayError } from '../relay-error.js';

/** What all calls of `subscribe()` hold of a topic together until `unsubscribe()`: one lease. */
export interface SubscribeLease {
  /** How many of these calls are not settled. */
  waiting: number;
  /** Whether any was confirmed: then one that fails takes nothing away. */
  confirmed: boolean;
}

/** Why calls of `subscribe()` that wait need not wait any longer. */
export type End =
  | { readonly type: 'unsubscribed' }
  /** By the user. */
  | { readonly type: 'disconnected' }
  /** The connection, until the user connects again. */
  | { readonly type: 'failed'; readonly error: RelayError };
