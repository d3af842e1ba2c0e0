import { Observable, type Subscriber } from 'rxjs';
import type { Cell } from './record.js';
import type { Channels } from './channels.js';

/** What `join` lets in, with a lease on the channel for as long as somebody subscribes (RTL7g), unless it asks for none (RTL7h). */
export const leased = <T>(
  cell: Cell,
  channels: Channels,
  join: (subscriber: Subscriber<T>) => void,
): Observable<T> =>
  new Observable((subscriber) => {
    if (subscriber.closed) return;
    if (channels.isOver(cell)) {
      subscriber.complete();
      return;
    }
    const { attachOnSubscribe } = cell.settings;
    join(subscriber);
    if (attachOnSubscribe) channels.take(cell);
    subscriber.add(() => {
      if (attachOnSubscribe) channels.release(cell); // at once, where it has left in the meantime
    });
    channels.heed(cell);
  });
