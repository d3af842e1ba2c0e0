import { disposedOf } from '../outbox/disposed.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { Cell } from './record.js';
import type { LinkState } from './state.js';

/** RTL4b */
const unconnected = (): ErrorInfo =>
  new ErrorInfo(
    'A channel cannot be attached while the connection is closed, suspended or failed. Connect first.',
    { code: 80000 },
  );

/** RTS4a: the server's answers would not be for it. */
export const released = ({ name }: Cell): ErrorInfo =>
  new ErrorInfo(`Channel "${name}" was released. Get it anew by client.channel().`, { code: 90001 });

/** What stands in a channel's way. */
interface Plight {
  readonly isDisposed: boolean;
  readonly isOver: boolean;
  readonly link: LinkState;
}

/** Why an attach would be hopeless, the worst first; `undefined` where it is not. */
export function reasonIn(cell: Cell, { isDisposed, isOver, link }: Plight): ErrorInfo | undefined {
  if (isDisposed) return disposedOf();
  if (isOver) return released(cell);
  return link === 'down' ? unconnected() : undefined;
}
