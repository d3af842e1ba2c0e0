import type { Reducer, Step } from '../../base/table.js';
import { reducerOf } from '../../base/table.js';
import type { ChannelEffect, ChannelEvent, ChannelState } from './state.js';

export interface ChannelRules {
  readonly requestTimeout: number;
  /** Milliseconds between the last lease and the detach; `false`: never detach by itself. */
  readonly detachGrace: number | false;
  /** RTB1: milliseconds before the `n`th retry, counted from 1. */
  readonly retry: (n: number, chance: number) => number;
}

type S = Step<ChannelState, ChannelEffect>;
type Of<N extends ChannelState['name']> = Extract<ChannelState, { name: N }>;
type On<T extends ChannelEvent['type']> = Extract<ChannelEvent, { type: T }>;

const none: readonly ChannelEffect[] = [];
/** How often the server did not answer a DETACH, where it did not. */
const tried = (state: ChannelState): { readonly unanswered?: number } =>
  'unanswered' in state ? { unanswered: state.unanswered } : {};
const isContinuing = (state: ChannelState): boolean => 'continues' in state && (state.continues ?? false);

/** One channel's machine. What is wanted is held against what is; a request under way is never overtaken by another. */
export function channelReducer({
  requestTimeout,
  detachGrace,
  retry,
}: ChannelRules): Reducer<ChannelState, ChannelEvent, ChannelEffect> {
  const to = (state: ChannelState, ...effects: readonly ChannelEffect[]): S => [state, effects];
  const common = ({ wanted, grace }: ChannelState, error?: ChannelState['error']) => ({
    wanted,
    grace,
    error,
  });
  const idle = (name: 'initialized' | 'detached', state: ChannelState, error?: ChannelState['error']): S =>
    to({ ...common(state, error), name });

  const attaching = (state: ChannelState, error?: ChannelState['error']): S =>
    to(
      {
        name: 'attaching', // spelled out, as `arrive` is: ten thousand channels take these two steps at once
        wanted: state.wanted,
        grace: state.grace,
        error,
        request: { in: requestTimeout },
        failures: 'failures' in state ? state.failures : 0,
        continues: state.name === 'attached' || isContinuing(state),
      },
      'attach',
    );
  const detaching = (state: ChannelState): S =>
    to({ ...common(state), ...tried(state), name: 'detaching', request: { in: requestTimeout } }, 'detach');
  /** The server did not say, on this connection, whether it is attached. */
  const detachingUnsure = (state: ChannelState): S =>
    to(
      { ...common(state), ...tried(state), name: 'detaching', request: { in: requestTimeout }, unsure: true },
      'detach',
    );
  /** RTL5f: still there. Who is held goes on hearing; who is not leaves later, as a retry does. */
  const stay = (state: Of<'detaching'>, { error, isHeld, chance }: On<'unanswered'>): S => {
    const attached: Of<'attached'> = { ...common(state, error), name: 'attached' };
    if (state.wanted || isHeld) {
      const kept = state.wanted ? attached : want(attached);
      return state.unsure ? attaching(kept, error) : to(kept, 'report gap'); // nothing was passed on meanwhile (RTL17)
    }
    const unanswered = (state.unanswered ?? 0) + 1;
    return to({ ...attached, unanswered, grace: { in: retry(unanswered, chance) } }, 'report gap');
  };
  /** RTL4i: the wish is on record; ATTACH follows when there is a connection to ask on. */
  const attachLater = (state: ChannelState): S =>
    to({
      ...common(state),
      name: 'attaching',
      request: undefined,
      failures: 0,
      continues: isContinuing(state),
    });
  const suspend = (state: Of<'attaching'>, error: ChannelState['error'], chance: number): S => {
    if (!state.wanted) return idle('detached', state, error); // RTL5i
    const failures = state.failures + 1;
    return to({
      ...common(state, error),
      name: 'suspended',
      failures,
      retry: { in: retry(failures, chance) },
      ...(state.broken && { broken: true }),
      continues: state.continues,
    }); // RTL4f, RTL13b
  };
  const fail = (state: ChannelState, { error }: { readonly error: NonNullable<ChannelState['error']> }): S =>
    to({ ...common(state, error), name: 'failed', wanted: false, grace: undefined });

  const want = <C extends ChannelState>(state: C): C =>
    state.wanted && !state.grace ? state : { ...state, wanted: true, grace: undefined };
  const unwant = <C extends ChannelState>(state: C): C =>
    state.wanted || state.grace ? { ...state, wanted: false, grace: undefined } : state;
  const keep = (state: ChannelState): S => to(want(state));
  const start = (state: ChannelState, { link }: On<'wanted' | 'reconsidered'>): S => {
    if (link === 'down') return keep(state); // RTL4b: attached once the connection is there
    return link === 'up' ? attaching(want(state)) : attachLater(want(state)); // RTL4c, RTL4i
  };
  const release = (state: ChannelState): S =>
    to(detachGrace === false ? state : { ...state, grace: { in: detachGrace } });
  const drop = (state: ChannelState): S => to(unwant(state));
  /** RTL5d with a connection, RTL5l without one. */
  const leave = (state: ChannelState, { link }: On<'unwanted' | 'reconsidered'>): S =>
    link === 'up' ? detaching(unwant(state)) : idle('detached', unwant(state));

  const reattach = (state: ChannelState): S => attaching(state); // RTL3d
  const attachWanted = (state: ChannelState): S => (state.wanted ? attaching(state) : to(state));
  const pause = (state: ChannelState, { error }: On<'link suspended'>): S =>
    state.wanted
      ? to({
          ...common(state, error),
          name: 'suspended',
          failures: 0,
          retry: undefined,
          continues: state.name === 'attached' || isContinuing(state),
        }) // RTL3c
      : idle('detached', state, error);
  const stop = (state: ChannelState): S => idle('detached', state); // RTL3b
  const renew = (state: ChannelState): S => idle('initialized', state); // RTN11d

  const arrive = (state: Of<'attaching' | 'suspended'>, { resumed, error }: On<'attached'>): S => {
    const { wanted, grace } = state;
    const attached: Of<'attached'> = { name: 'attached', wanted, grace, error };
    if ('again' in state && wanted) {
      const [asking] = askAnew(attached);
      return to(asking, 'attach', ...(state.continues && !resumed ? (['report gap'] as const) : []));
    }
    const hasGap = state.continues && !resumed;
    if (wanted && !hasGap) return [attached, none];
    return to(
      attached,
      ...(hasGap ? (['report gap'] as const) : []),
      ...(wanted ? [] : (['reconsider'] as const)),
    );
  };
  /** RTL16a: asks for the new options, and stays attached meanwhile; one ATTACH at a time. */
  const askAnew = (state: Of<'attached'>): S =>
    to({ ...common(state, state.error), name: 'attached', request: { in: requestTimeout } }, 'attach');
  const reconfigure = (state: Of<'attached'>, { link }: On<'reconfigured'>): S => {
    if (link !== 'up') return to(state); // they are asked for when there is a connection (RTL3d)
    return state.request ? to({ ...state, again: true }) : askAnew(state);
  };
  /** RTL18c, after the answer to an ATTACH that is under way: there is one at a time. */
  const recover = (state: Of<'attached'>, { error }: On<'undecodable'>): S => {
    if (!state.request) return attaching(state, error);
    const { request } = state;
    return to({
      ...common(state, error),
      name: 'attaching',
      request,
      failures: 0,
      continues: true,
      broken: true,
    });
  };
  const answered = (state: Of<'attached'>): Of<'attached'> =>
    state.request ? { ...common(state, state.error), name: 'attached' } : state;
  /** What has changed meanwhile is asked for now, and whoever has left meanwhile leaves. */
  const settle = (state: Of<'attached'>): S => {
    if (state.again && state.wanted) return askAnew(state);
    return state.request && !state.wanted ? to(answered(state), 'reconsider') : to(answered(state));
  };
  const update = (state: Of<'attached'>, { resumed, error }: On<'attached'>): S => {
    const [now, effects] = settle(state);
    return resumed ? [now, effects] : to({ ...now, error }, ...effects, 'report update', 'report gap'); // RTL12
  };

  const rest = (state: Of<'suspended'>): S => to(state.retry ? { ...state, retry: undefined } : state);
  const asleep = {
    wanted: start,
    released: release,
    unwanted: drop,
    'link up': attachWanted,
    'link renewed': renew,
  };
  return reducerOf<ChannelState, ChannelEvent, ChannelEffect>({
    initialized: asleep,
    attaching: {
      wanted: keep, // RTL4h
      reconfigured: (state) => to(state.request ? { ...state, again: true } : state), // RTL16a
      released: release,
      unwanted: (state, { link }) =>
        state.request && link === 'up' ? drop(state) : idle('detached', unwant(state)), // RTL5i
      'link up': (state) => (state.request ? to(state) : reattach(state)), // RTN19b; not what was asked on this link, by whoever heard of it first
      'link interrupted': (state) => to({ ...state, request: undefined }), // RTL3e
      'link suspended': pause,
      'link closed': stop,
      'link failed': fail, // RTL3a
      attached: arrive,
      overtaken: reattach,
      detached: (state, { error, chance }) => suspend(state, error, chance), // RTL13b
      refused: fail, // RTL14
      unanswered: (state, { error, chance }) =>
        state.wanted || !state.continues ? suspend(state, error, chance) : detachingUnsure(state), // RTL4f; RTL5i, as it may still be attached there
    },
    attached: {
      wanted: keep, // RTL4a
      reconfigured: reconfigure,
      unanswered: settle,
      'link interrupted': (state) => (state.wanted ? to(answered(state)) : idle('detached', unwant(state))), // RTL5l
      released: release,
      unwanted: (state, event) => (state.request && event.link === 'up' ? drop(state) : leave(state, event)), // one request at a time
      reconsidered: (state, event) => (state.wanted ? to(state) : leave(state, event)),
      'link up': reattach,
      'link suspended': pause,
      'link closed': stop,
      'link failed': fail,
      attached: update,
      detached: (state, { error }) =>
        state.wanted ? attaching(state, error) : idle('detached', state, error), // RTL13a
      undecodable: recover, // RTL18c
      refused: fail,
    },
    detaching: {
      wanted: keep, // RTL4h
      released: release,
      unwanted: drop, // RTL5i
      'link up': (state) => (state.request ? to(state) : detachingUnsure(state)), // RTN19b
      'link interrupted': (state) => to({ ...state, request: undefined }),
      'link suspended': stop,
      'link closed': stop,
      'link failed': stop,
      attached: detaching, // RTL5k
      detached: (state, { error }) =>
        state.wanted && !state.grace
          ? to({ ...common(state, error), name: 'detached' }, 'reconsider')
          : idle('detached', unwant(state), error), // also where whoever came back has left again
      refused: fail,
      unanswered: stay, // RTL5f
    },
    detached: {
      ...asleep,
      reconsidered: (state, event) => (state.wanted ? start(state, event) : to(state)),
      attached: detaching, // RTL5k
    },
    suspended: {
      wanted: start,
      released: release,
      unwanted: (state) => idle('detached', unwant(state)), // RTL5j
      'link up': reattach, // RTL3d
      'link interrupted': rest, // RTL13c
      'link closed': rest,
      'link renewed': renew,
      attached: arrive, // the answer came after the request was given up
      overtaken: reattach,
      detached: (state, { error }) => attaching(state, error), // RTL13a
      due: (state) => attaching(state), // RTL13b
      refused: fail,
    },
    failed: asleep, // RTL4g
  });
}
