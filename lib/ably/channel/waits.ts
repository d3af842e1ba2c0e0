import { map, merge, type Observable, type SchedulerLike, timer } from 'rxjs';
import { duringEach, type Move } from '../../rx/during-each.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { Cell } from './cell.js';
import type { ChannelEffect, ChannelEvent, ChannelState, LinkState, Wait } from './state.js';

/** An event, and the channel whose event it is. */
export type Addressed = readonly [cell: Cell, event: ChannelEvent];

/** One channel's step. */
export interface ChannelMove extends Move<ChannelState> {
  readonly cell: Cell;
  readonly event: ChannelEvent;
  readonly effects: readonly ChannelEffect[];
}

interface Timing {
  readonly scheduler: SchedulerLike;
  readonly random: () => number;
  readonly link: () => LinkState;
}

/** What happens because time passes: answers that do not come, retries and graces, each as long as its wait stays in the state. */
export function waitsOf(
  moved$: Observable<ChannelMove>,
  { scheduler, random, link }: Timing,
): Observable<Addressed> {
  const each = (
    wait: (state: ChannelState) => Wait | undefined,
    event: (move: ChannelMove, wait: Wait) => ChannelEvent,
  ) =>
    moved$.pipe(
      duringEach<ChannelMove, Wait, Addressed>(wait, (move, found) =>
        timer(found.in, scheduler).pipe(map((): Addressed => [move.cell, event(move, found)])),
      ),
    );
  return merge(
    each(requestOf, (move, wait) => ({
      type: 'unanswered',
      error: unanswered(move, wait),
      chance: random(),
    })), // RTL4f, RTL5f
    each(retryOf, () => ({ type: 'due' })), // RTL13b
    each(
      ({ grace }) => grace,
      () => ({ type: 'unwanted', link: link() }),
    ),
  );
}

const requestOf = (state: ChannelState): Wait | undefined => ('request' in state ? state.request : undefined);
const retryOf = (state: ChannelState): Wait | undefined => ('retry' in state ? state.retry : undefined);

const unanswered = ({ cell: { name }, state }: ChannelMove, { in: ms }: Wait): ErrorInfo =>
  new ErrorInfo(
    state.name === 'detaching'
      ? `The server did not confirm within ${ms} ms that channel "${name}" is detached. Detach it again.`
      : `The server did not attach channel "${name}" within ${ms} ms. It is tried again by itself.`,
    { code: 90007, statusCode: 408 },
  );
