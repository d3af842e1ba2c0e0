import { Observable, type Subscriber } from 'rxjs';
import type { ChannelRecord } from './record.js';
import type { Channels } from './channels.js';

/** What `join` lets in, with a lease on the channel for as long as somebody subscribes (RTL7g), unless it asks for none (RTL7h). */
export const withLease = <T>(
  record: ChannelRecord,
  channels: Channels,
  join: (subscriber: Subscriber<T>) => void,
): Observable<T> =>
  new Observable((subscriber) => {
    if (subscriber.closed) return;
    if (channels.isOver(record)) {
      subscriber.complete();
      return;
    }
    const { attachOnSubscribe } = record.settings;
    join(subscriber);
    if (attachOnSubscribe) channels.take(record);
    subscriber.add(() => {
      if (attachOnSubscribe) channels.release(record); // at once, where it has left in the meantime
    });
    channels.checkModes(record);
  });
