import { Observable, type Subscriber } from 'rxjs';
import type { ChannelRecord } from './port.js';

/**
 * An Observable that holds a lease on the channel while subscribed (RTL7g), unless the option `attachOnSubscribe` is
 * false (RTL7h). `join` adds the subscriber to those who get the values. Completes at once where the channel was released
 * or the client disposed of.
 */
export const withLease = <T>(
  record: ChannelRecord,
  join: (subscriber: Subscriber<T>) => void,
): Observable<T> =>
  new Observable((subscriber) => {
    const { host, settings } = record;
    if (subscriber.closed) return;
    if (host.isOver(record)) {
      subscriber.complete();
      return;
    }
    const { attachOnSubscribe } = settings;
    join(subscriber);
    if (attachOnSubscribe) host.take(record);
    subscriber.add(() => {
      if (attachOnSubscribe) host.release(record); // at once, where it has left in the meantime
    });
    host.checkModes(record);
  });
