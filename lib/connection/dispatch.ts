import type { SchedulerLike } from 'rxjs';
import { isData, type SocketEvent } from '../socket/socket.js';
import type { Protocol } from './protocol.js';
import type { Outcome } from './state.js';

/** When the peer last gave a sign of life, on the scheduler's clock: written per frame, read by one timer. */
export interface Activity {
  lastAt: number;
}

/** Takers of what is no outcome; called in the turn in which it arrived. */
export interface ConnectionCallbacks<In> {
  /** Takes each frame; where it throws, `undecoded` gets the error. */
  readonly frame: (frame: In) => void;
  /** Takes the error of each message that made no sense. */
  readonly undecoded: (error: unknown) => void;
}

/**
 * Turns an event of the socket into its meaning to the connection; `undefined` where it has none. The hot path: a frame
 * goes up from here, and the state machine never sees it.
 */
export const dispatcherOf =
  <X, In>(
    { read, opened, ended }: Pick<Protocol<X, In, never>, 'read' | 'opened' | 'ended'>,
    { frame, undecoded }: ConnectionCallbacks<In>,
    activity: Activity,
    scheduler: SchedulerLike,
  ): ((event: SocketEvent) => Outcome<X> | undefined) =>
  (event) => {
    activity.lastAt = scheduler.now();
    if (event.type === 'opened') return opened;
    if (event.type === 'closed') return ended(event);
    try {
      return read(event.data, frame);
    } catch (error) {
      undecoded(isData(event.data) ? error : notData());
      return undefined; // one bad frame is one bad frame
    }
  };

const notData = (): TypeError =>
  new TypeError('The socket delivered neither text nor bytes. Its class has to honour binaryType.');
