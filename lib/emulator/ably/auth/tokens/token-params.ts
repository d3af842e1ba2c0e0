import type { Capability } from '../capability.js';

/** TK2: properties of a token to issue. */
export interface TokenParams {
  /** In ms. Default: 60 minutes. */
  readonly ttl?: number;
  /** An object or its JSON text. Default: the capability of the key. */
  readonly capability?: Capability | string;
  /** Default: none, for an anonymous token. */
  readonly clientId?: string;
}
