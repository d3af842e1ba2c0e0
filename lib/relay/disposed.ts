import { RelayError } from './relay-error.js';

/** What is asked of a client that was disposed of rejects with it. */
export const disposedOf = (): RelayError => new RelayError('The client was disposed of. Make a new one.');
