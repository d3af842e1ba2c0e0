import { ErrorInfo } from '../wire/error-info.js';

/** Why nothing comes of what was still under way when the client was disposed of. */
export const disposedError = (): ErrorInfo =>
  new ErrorInfo('The client was disposed of. Make a new one.', { code: 80017 });
