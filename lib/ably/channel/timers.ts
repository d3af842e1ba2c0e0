import { map, merge, type Observable, type SchedulerLike } from 'rxjs';
import type { Deadline } from '../../base/deadline.js';
import { deadlines, type StateChange } from '../../rx/deadlines.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { ChannelRecord } from './record.js';
import type { ChannelEffect, ChannelEvent, ChannelState, LinkState } from './state.js';

/** An event, and the channel whose event it is. */
export type Addressed = readonly [record: ChannelRecord, event: ChannelEvent];

/** One channel's step. */
export interface ChannelTransition extends StateChange<ChannelState> {
  readonly machine: ChannelRecord;
  readonly event: ChannelEvent;
  readonly effects: readonly ChannelEffect[];
}

interface Timing {
  readonly scheduler: SchedulerLike;
  readonly random: () => number;
  readonly link: () => LinkState;
}

/** What happens because time passes: answers that do not come, retries and graces, each as long as its wait stays in the state. */
export function timersOf(
  moved$: Observable<ChannelTransition>,
  { scheduler, random, link }: Timing,
): Observable<Addressed> {
  const answersAndRetries$ = moved$.pipe(
    deadlines<ChannelState, ChannelTransition>(askedOrResting, scheduler),
    map((move): Addressed => [
      move.machine,
      'retry' in move.state
        ? { type: 'due' }
        : { type: 'unanswered', error: unanswered(move), chance: random(), isHeld: move.machine.leases > 0 }, // RTL13b, RTL4f, RTL5f
    ]),
  );
  const graces$ = moved$.pipe(
    deadlines<ChannelState, ChannelTransition>(({ grace }) => grace, scheduler),
    map(({ machine }): Addressed => [machine, { type: 'unwanted', link: link() }]),
  );
  return merge(answersAndRetries$, graces$);
}

const askedOrResting = (state: ChannelState): Deadline | undefined =>
  state.name === 'attaching' || state.name === 'detaching' || state.name === 'attached'
    ? state.request
    : state.name === 'suspended'
      ? state.retry
      : undefined;

const unanswered = ({ machine: { name, leases }, state }: ChannelTransition): ErrorInfo => {
  const again = 'It is tried again by itself.';
  const text =
    state.name === 'detaching'
      ? `did not confirm in time that channel "${name}" is detached. ${leases > 0 ? 'Detach it again.' : again}`
      : state.name === 'attached'
        ? `did not grant the new options of channel "${name}" in time. Set them again.` // RTL16a
        : `did not attach channel "${name}" in time. ${again}`;
  return new ErrorInfo(`The server ${text}`, { code: 90007, statusCode: 408 });
};
