import type { OperatorFunction, SchedulerLike } from 'rxjs';
import type { Deadline } from '../../base/deadline.js';
import { deadlines } from '../../rx/deadlines.js';
import type { MachineEvent } from '../../rx/machines.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { ChannelRecord, ChannelTransition } from './port.js';
import { type ChannelEvent, type ChannelState, isIndebted, isWanted } from './state.js';

/** Events that come because time passes: missing answers, retries and graces, each as long as its deadline stays in the state. */
export function timersOf({
  scheduler,
  random,
}: {
  readonly scheduler: SchedulerLike;
  readonly random: () => number;
}): OperatorFunction<ChannelTransition, MachineEvent<ChannelRecord, ChannelEvent>> {
  return deadlines<ChannelState, ChannelTransition, MachineEvent<ChannelRecord, ChannelEvent>>(
    scheduler,
    {
      deadline: (state) => requestOf(state) ?? waitOf(state),
      over: ({ machine, state }) => [
        machine,
        requestOf(state)
          ? { type: 'unanswered', error: unanswered(machine), chance: random() } // RTL4f, RTL5f
          : { type: 'due' }, // RTL13b
      ],
    },
    { deadline: ({ grace }) => grace, over: ({ machine }) => [machine, { type: 'grace over' }] },
  );
}

/** The deadline of an answer of the server. */
function requestOf(state: ChannelState): Deadline | undefined {
  switch (state.name) {
    case 'attaching':
      return state.request ?? (isIndebted(state) ? state.leftover.request : undefined);
    case 'detaching':
      return state.request;
    case 'attached':
      return state.reconfiguring?.request;
    case 'detached':
      return state.leftover?.request;
    default:
      return undefined;
  }
}

/** The end of a wait for which no answer is due: before a retry, or of the probation. */
function waitOf(state: ChannelState): Deadline | undefined {
  if (state.name === 'attached') return state.probation;
  if (state.name === 'detached') return state.leftover?.retry ?? state.retry;
  return 'retry' in state ? state.retry : undefined;
}

const unanswered = ({ name, state }: ChannelRecord): ErrorInfo => {
  const again = 'It is tried again by itself.';
  const text =
    state.name === 'detaching'
      ? `did not confirm in time that channel "${name}" is detached. ${state.wish === 'held' || state.wish === 'dismissed' ? 'Detach it again.' : again}`
      : state.name === 'attached'
        ? `did not grant the new options of channel "${name}" in time. Set them again.` // RTL16a
        : `did not attach channel "${name}" in time. ${isWanted(state) ? again : 'It is wanted no longer.'}`;
  return new ErrorInfo(`The server ${text}`, { code: 90007, statusCode: 408 });
};
