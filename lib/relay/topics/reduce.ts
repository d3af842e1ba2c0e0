import type { Reducer, Step } from '../../base/table.js';
import { reducerOf } from '../../base/table.js';
import type { TopicEffect, TopicEvent, TopicState } from './state.js';

export interface TopicRules {
  /** Milliseconds that a topic stays subscribed to after its last lease; `false`: for good. */
  readonly detachGrace: number | false;
  /** How often the relay is asked again after a refusal. */
  readonly retries: number;
  /** Milliseconds before the relay is asked again, after it was in vain, or the topic failed, for the `n`th time from 1. */
  readonly retry: (n: number, chance: number) => number;
}

type S = Step<TopicState, TopicEffect>;
type Of<N extends TopicState['name']> = Extract<TopicState, { name: N }>;
type On<T extends TopicEvent['type']> = Extract<TopicEvent, { type: T }>;

const inactive: TopicState = { name: 'inactive' };
const to = (state: TopicState, ...effects: readonly TopicEffect[]): S => [state, effects];
const unasked: Of<'pending'> = {
  ...{ name: 'pending', wanted: true, grace: undefined, asking: false, unsure: false },
  ...{ vain: 0, refusals: 0, failures: 0, retry: undefined, id: undefined },
};

/**
 * One topic: what is wanted is held against what the relay has confirmed on this very connection. One request at a time;
 * what could not be said for want of a connection is said on the next one. Pure.
 */
export function topicReducer({
  detachGrace,
  retries,
  retry,
}: TopicRules): Reducer<TopicState, TopicEvent, TopicEffect> {
  const ask = (state: Of<'pending'>): S => to({ ...state, asking: true, retry: undefined }, 'subscribe');
  const begin = (state: Of<'pending'>, up: boolean): S => (up && !state.retry ? ask(state) : to(state));
  /** As what it was before, and wanted. */
  const back = ({ id }: Of<'leaving'>, up: boolean): S => begin({ ...unasked, id }, up);
  const leave = (id: string, up: boolean): S =>
    to(
      { name: 'leaving', wanted: false, asking: up, vain: 0, retry: undefined, id },
      ...(up ? (['unsubscribe'] as const) : []),
    );

  const keep = (state: Of<'pending' | 'active'>): S =>
    state.wanted && !state.grace ? to(state) : to({ ...state, wanted: true, grace: undefined });
  const giveUp = (
    state: Of<'pending'>,
    { up, id = state.id }: { readonly up: boolean; readonly id?: string | undefined },
  ): S => {
    if (state.asking) return to({ ...state, wanted: false, grace: undefined }); // its answer says what there is to undo
    if (id !== undefined) return leave(id, up);
    if (state.unsure) return to({ ...state, wanted: false, grace: undefined }); // the relay may have heard it
    return to(inactive);
  };
  const quit = (state: Of<'pending' | 'active'>, event: { readonly up: boolean }): S =>
    state.name === 'active' ? leave(state.id, event.up) : giveUp(state, event);
  const release = (state: Of<'pending' | 'active'>, event: On<'released'>): S => {
    if (detachGrace === false) return to(state);
    return event.disconnected ? quit(state, event) : to({ ...state, grace: { in: detachGrace } });
  };
  /** Nothing may be left that waits. */
  const hurry = (state: Of<'pending' | 'active'>, event: On<'disconnected'>): S =>
    state.grace ? quit(state, event) : to(state);
  const confirm = ({ wanted, grace }: Of<'pending'>, { id }: On<'confirmed'>): S =>
    wanted ? to({ name: 'active', wanted, grace, id }) : leave(id, true);
  const askLater = (state: Of<'pending' | 'leaving'>, { chance }: { readonly chance: number }): S => {
    const vain = state.vain + 1;
    return state.asking
      ? to({ ...state, asking: false, vain, retry: { in: retry(vain, chance) } })
      : to(state); // asked on a connection that is gone
  };
  const fail = ({ failures, id }: Of<'pending'>, { error, chance }: On<'refused'>): S =>
    to({ name: 'failed', error, failures: failures + 1, retry: { in: retry(failures + 1, chance) }, id });
  const refuse = (state: Of<'pending'>, event: On<'refused'>): S => {
    const { wanted, refusals, unsure, id } = state;
    const isLast = event.final || refusals >= retries;
    if (!wanted && id !== undefined) return leave(id, true); // the relay may still have that one
    if (!wanted && (isLast || !unsure)) return to(inactive);
    return isLast
      ? fail(state, event)
      : askLater(state.asking ? { ...state, refusals: refusals + 1 } : state, event);
  };
  const wonder = (state: Of<'pending'>, event: On<'unanswered'>): S =>
    askLater(state.asking ? { ...state, unsure: true } : state, event);
  const rested = (state: Of<'failed'>): S => to(state.retry ? { ...state, retry: undefined } : state);
  const lose = ({ wanted, grace, id }: Of<'active'>): S => to({ ...unasked, wanted, grace, id });
  const part = (state: Of<'leaving'>): S => to({ ...state, asking: true, retry: undefined }, 'unsubscribe');
  const interrupt = (state: Of<'leaving'>): S =>
    state.wanted ? back(state, false) : to({ ...state, asking: false, retry: undefined });

  return reducerOf<TopicState, TopicEvent, TopicEffect>({
    inactive: {
      wanted: (_, { up }) => begin(unasked, up),
      unwanted: (state, { id, up }) => (id === undefined ? to(state) : leave(id, up)),
    },
    pending: {
      wanted: keep,
      released: release,
      unwanted: giveUp,
      disconnected: hurry,
      'link up': ask,
      'link down': (state) =>
        to({ ...state, asking: false, unsure: state.unsure || state.asking, retry: undefined }),
      confirmed: confirm,
      refused: refuse,
      unanswered: wonder,
      due: ask,
    },
    active: {
      wanted: keep,
      released: release,
      unwanted: ({ id }, { up }) => leave(id, up),
      disconnected: hurry,
      'link down': lose,
    },
    leaving: {
      wanted: (state, { up }) => (state.asking ? to({ ...state, wanted: true }) : back(state, up)),
      released: (state) => to({ ...state, wanted: false }),
      unwanted: (state) => to({ ...state, wanted: false }),
      'link up': part,
      'link down': interrupt,
      unsubscribed: (state) => (state.wanted ? back(state, true) : to(inactive)),
      unanswered: (state, event) => (state.wanted ? back(state, true) : askLater(state, event)),
      due: part,
    },
    failed: {
      wanted: ({ failures, retry: wait, id }, { up }) => begin({ ...unasked, failures, retry: wait, id }, up), // not before that is over
      unwanted: ({ id: known }, { up, id = known }) => (id === undefined ? to(inactive) : leave(id, up)),
      'link down': rested, // on the next one, everything is asked for anew
      due: rested,
    },
  });
}
