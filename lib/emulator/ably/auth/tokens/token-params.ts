import type { Capability } from '../capability.js';

/** TK2: what a token is to be like. */
export interface TokenParams {
  /** In ms; default: 60 minutes. */
  readonly ttl?: number;
  /** Default: all that the key may do. JSON text, or what that would be of. */
  readonly capability?: Capability | string;
  /** Default: none, for a token that is nobody's. */
  readonly clientId?: string;
}
