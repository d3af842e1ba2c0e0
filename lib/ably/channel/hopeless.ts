import { ErrorInfo } from '../wire/error-info.js';
import type { Cell } from './cell.js';

/** RTL4b */
export const unconnected = (): ErrorInfo =>
  new ErrorInfo(
    'A channel cannot be attached while the connection is closed, suspended or failed. Connect first.',
    { code: 80000, statusCode: 400 },
  );

/** Whatever is asked of it, nothing comes of it any more. */
export const disposedOf = (): ErrorInfo =>
  new ErrorInfo('The client was disposed of. Make a new one.', { code: 80017, statusCode: 400 });

/** RTS4a: the server's answers would not be for it. */
export const released = ({ name }: Cell): ErrorInfo =>
  new ErrorInfo(`Channel "${name}" was released. Get it anew by client.channel().`, {
    code: 90001,
    statusCode: 400,
  });
