import type { ErrorInfo } from '../wire/error-info.js';
import { Flag, hasFlag } from '../wire/flags.js';
import type { ChannelEvent, ChannelState, ChannelStateName } from './state.js';

/** TH1 to TH6: one step of a channel. */
export interface ChannelStateChange {
  readonly previous: ChannelStateName;
  readonly current: ChannelStateName;
  /** TH5: the new state, or `update` where the state stays and its conditions change (RTL12). */
  readonly event: ChannelStateName | 'update';
  /** TH3: why, if something went wrong. */
  readonly reason: ErrorInfo | undefined;
  /** TH4: whether messages go on where they left off. */
  readonly resumed: boolean;
  /** TH6: whether messages from before the attach follow. */
  readonly hasBacklog: boolean;
}

/** A gap: messages may be missing between the last one received and the next one. */
export interface Discontinuity {
  readonly channel: string;
  readonly reason: ErrorInfo | undefined;
}

/** RTL2d */
export const changeOf = (
  before: ChannelState,
  state: ChannelState,
  event: ChannelEvent,
): ChannelStateChange => ({
  previous: before.name,
  current: state.name,
  event: state.name,
  reason: state.error,
  resumed: state.name === 'attached' && has(event, Flag.resumed), // RTL2f; not where it is left again (RTL5k)
  hasBacklog: state.name === 'attached' && has(event, Flag.hasBacklog), // RTL2i
});

/** RTL12, RTL2g, RTL2i */
export const updateOf = (
  { name, error: reason }: Pick<ChannelState, 'name' | 'error'>,
  event?: ChannelEvent,
): ChannelStateChange => ({
  previous: name,
  current: name,
  event: 'update',
  reason,
  resumed: false,
  hasBacklog: event !== undefined && has(event, Flag.hasBacklog),
});

const has = (event: ChannelEvent, flag: number): boolean =>
  event.type === 'attached' && hasFlag(event.frame.flags, flag);
