import { filter, merge, type Observable } from 'rxjs';
import type { Message } from '../wire/message.js';
import type { Cell } from './cell.js';
import type { Channels } from './channels.js';
import { always, meeting, type MessageFilter } from './filter.js';
import { leased } from './lease.js';
import { joined, type Past } from './past.js';
import type { ChannelServices } from './services.js';

/** Which messages of a channel are wanted: of one name, of several, those that meet a filter, or all. */
export interface Wish {
  readonly wanted?: string | readonly string[] | MessageFilter | undefined;
  /** How much of the past comes first. */
  readonly history?: Past | undefined;
}

interface Heard extends Wish {
  readonly cell: Cell;
  readonly channels: Channels;
  readonly services: ChannelServices;
}

/**
 * RTL7, RTL22: the messages that are wanted; each subscriber has a lease. They are of whatever type is asked for: the user
 * says of which, or schemas see to it.
 */
export function heard({ wanted, history: past, ...source }: Heard): Observable<never> {
  const { cell, channels } = source;
  const names = typeof wanted === 'string' ? [wanted] : isList(wanted) ? [...new Set(wanted)] : undefined;
  const wish = names ? { names } : (wanted as MessageFilter | undefined);
  const isWanted = wish ? meeting(wish) : always;
  const all$ = leased<Message>(cell, channels, (subscriber) => {
    cell.join(subscriber);
  });
  const live$ = names ? namedIn(source, names) : wish ? all$.pipe(filter(isWanted)) : all$;
  const heard$ = past === undefined ? live$ : joined(live$, { ...source, past, isWanted });
  return heard$ as Observable<unknown> as Observable<never>;
}

const isList = (wanted: Wish['wanted']): wanted is readonly string[] => Array.isArray(wanted);

const namedIn = ({ cell, channels }: Heard, names: readonly string[]): Observable<Message> =>
  merge(
    ...names.map((name) =>
      leased<Message>(cell, channels, (subscriber) => {
        cell.joinNamed(subscriber, name);
      }),
    ),
  );
