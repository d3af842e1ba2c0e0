import {
  filter,
  firstValueFrom,
  map,
  type SchedulerLike,
  take,
  throwError,
  throwIfEmpty,
  timeout,
} from 'rxjs';
import { RelayError } from './relay-error.js';
import type { Cell } from './topics/cell.js';
import type { TopicState } from './topics/state.js';
import type { Topics } from './topics/topics.js';

interface Patience {
  readonly topics: Topics;
  /** Milliseconds. */
  readonly patience: number;
  readonly scheduler: SchedulerLike;
}

/**
 * Takes part in the hold that there is until `unsubscribed`; resolves with the relay's id. A call that fails takes nothing
 * from the others; where none was ever confirmed, and none waits any more, nothing is held.
 */
export function subscribed(cell: Cell, { topics, patience, scheduler }: Patience): Promise<string> {
  const id$ = topics.hold(cell).pipe(
    map((state) => idIn(state)),
    filter((id) => id !== undefined),
    take(1),
    timeout({ first: patience, scheduler, with: () => throwError(() => unconfirmed(cell, patience)) }),
    throwIfEmpty(
      () => new RelayError('The client was disposed of before the relay confirmed it. Make a new one.'),
    ),
  );
  return firstValueFrom(id$);
}

function idIn(state: TopicState): string | undefined {
  if (state.name === 'failed') throw state.error;
  return state.name === 'active' ? state.id : undefined;
}

/**
 * Gives that hold back. Resolves when the relay has confirmed it; at once where others hold the topic, and where there is
 * no connection: then it is carried out on the next one.
 */
export async function unsubscribed(cell: Cell, topics: Topics, id: string | undefined): Promise<void> {
  topics.letGo(cell, id);
  await firstValueFrom(topics.stateOf(cell).pipe(filter(isDone)), { defaultValue: undefined });
}

/** Not on its way to being unsubscribed from. */
const isDone = (state: TopicState): boolean => !('asking' in state) || !state.asking || state.wanted;

const unconfirmed = ({ topic }: Cell, ms: number): RelayError =>
  new RelayError(
    `The relay did not confirm the subscription of topic "${topic}" within ${ms} ms. Look at connectionState$, and subscribe again.`,
  );
