import { disposedError } from '../outbox/disposed.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { ChannelRecord } from './record.js';
import type { LinkState } from './state.js';

/** RTL4b */
const notConnected = (): ErrorInfo =>
  new ErrorInfo(
    'A channel cannot be attached while the connection is closed, suspended or failed. Connect first.',
    { code: 80000 },
  );

/** RTS4a: the server's answers would not be for it. */
export const releasedError = ({ name }: ChannelRecord): ErrorInfo =>
  new ErrorInfo(`Channel "${name}" was released. Get it anew by client.channel().`, { code: 90001 });

/** What stands in a channel's way. */
interface Circumstances {
  readonly isDisposed: boolean;
  readonly isOver: boolean;
  readonly link: LinkState;
}

/** Why an attach would be hopeless, the worst first; `undefined` where it is not. */
export function attachPrecondition(
  record: ChannelRecord,
  { isDisposed, isOver, link }: Circumstances,
): ErrorInfo | undefined {
  if (isDisposed) return disposedError();
  if (isOver) return releasedError(record);
  return link === 'down' ? notConnected() : undefined;
}
