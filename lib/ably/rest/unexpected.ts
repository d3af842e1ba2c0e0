import { ErrorInfo } from '../wire/error-info.js';

/** 50000: the server answered well, and with something else than it should. */
export const unexpectedResponse = (what: string): ErrorInfo =>
  new ErrorInfo(`The server answered with something that is no ${what}.`, { code: 50000 });
