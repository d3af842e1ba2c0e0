import type { Reducer, Step } from '../../rx/machine.js';
import { reducerOf } from '../../rx/table.js';
import type { TopicEffect, TopicEvent, TopicState } from './state.js';

export interface TopicRules {
  /** Milliseconds that a topic stays subscribed to after its last lease; `false`: for good. */
  readonly detachGrace: number | false;
  /** How often the relay is asked again after a refusal. */
  readonly retries: number;
  /** Milliseconds before the relay is asked again after the `n`th refusal, counted from 1. */
  readonly retry: (n: number, chance: number) => number;
}

type S = Step<TopicState, TopicEffect>;
type Of<N extends TopicState['name']> = Extract<TopicState, { name: N }>;
type On<T extends TopicEvent['type']> = Extract<TopicEvent, { type: T }>;

const inactive: TopicState = { name: 'inactive' };
const to = (state: TopicState, ...effects: readonly TopicEffect[]): S => [state, effects];
const fresh = { refusals: 0, retry: undefined } as const;

/**
 * One topic: what is wanted is held against what the relay has confirmed on this very connection. One request at a time;
 * what could not be said for want of a connection is said on the next one. Pure.
 */
export function topicReducer({
  detachGrace,
  retries,
  retry,
}: TopicRules): Reducer<TopicState, TopicEvent, TopicEffect> {
  const ask = (state: Of<'pending'>): S =>
    to({ ...state, asking: true, asked: true, retry: undefined }, 'subscribe');
  const begin = (_: TopicState, { up }: { readonly up: boolean }): S => {
    const pending = { name: 'pending', wanted: true, grace: undefined, asking: false, asked: false } as const;
    return up ? ask({ ...pending, ...fresh, id: undefined }) : to({ ...pending, ...fresh, id: undefined });
  };
  /** As what it was before, and wanted. */
  const back = ({ id }: Of<'leaving'>, up: boolean): S => {
    const pending = { name: 'pending', wanted: true, grace: undefined, asking: false, asked: true } as const;
    return up ? ask({ ...pending, ...fresh, id }) : to({ ...pending, ...fresh, id });
  };
  const leave = (id: string, up: boolean): S =>
    to(
      { name: 'leaving', wanted: false, asking: up, ...fresh, id },
      ...(up ? (['unsubscribe'] as const) : []),
    );

  const keep = (state: Of<'pending' | 'active'>): S =>
    state.wanted && !state.grace ? to(state) : to({ ...state, wanted: true, grace: undefined });
  const release = (state: Of<'pending' | 'active'>): S =>
    detachGrace === false ? to(state) : to({ ...state, grace: { in: detachGrace } });
  const giveUp = (state: Of<'pending'>, { up }: On<'unwanted'>): S => {
    if (state.asking) return to({ ...state, wanted: false, grace: undefined }); // its answer says what there is to undo
    if (state.id !== undefined) return leave(state.id, up);
    if (state.asked && !up) return to({ ...state, wanted: false, grace: undefined }); // the relay may have heard it
    return to(inactive);
  };
  const confirm = ({ wanted, grace }: Of<'pending'>, { id }: On<'confirmed'>): S =>
    wanted ? to({ name: 'active', wanted, grace, id }) : leave(id, true);
  const askLater = (state: Of<'pending' | 'leaving'>, { chance }: { readonly chance: number }): S => {
    const refusals = state.refusals + 1;
    return state.asking
      ? to({ ...state, asking: false, refusals, retry: { in: retry(refusals, chance) } })
      : to(state); // asked on a connection that is gone
  };
  const refuse = (state: Of<'pending'>, event: On<'refused'>): S => {
    const { error, final } = event;
    if (!state.wanted) return to(inactive);
    return final || state.refusals >= retries ? to({ name: 'failed', error }) : askLater(state, event);
  };
  const lose = ({ wanted, grace, id }: Of<'active'>): S =>
    to({ name: 'pending', wanted, grace, asking: false, asked: true, ...fresh, id });
  const part = (state: Of<'leaving'>): S => to({ ...state, asking: true, retry: undefined }, 'unsubscribe');
  const interrupt = (state: Of<'leaving'>): S =>
    state.wanted ? back(state, false) : to({ ...state, asking: false, retry: undefined });

  return reducerOf<TopicState, TopicEvent, TopicEffect>({
    inactive: {
      wanted: begin,
      unwanted: (state, { id, up }) => (id === undefined ? to(state) : leave(id, up)),
    },
    pending: {
      wanted: keep,
      released: release,
      unwanted: giveUp,
      'link up': ask,
      'link down': (state) => to({ ...state, asking: false, retry: undefined }),
      confirmed: confirm,
      refused: refuse,
      unanswered: askLater,
      due: ask,
    },
    active: {
      wanted: keep,
      released: release,
      unwanted: ({ id }, { up }) => leave(id, up),
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
    failed: { wanted: begin, unwanted: () => to(inactive) },
  });
}
