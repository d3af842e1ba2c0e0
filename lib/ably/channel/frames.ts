import { Action } from '../wire/actions.js';
import { ErrorInfo } from '../wire/error-info.js';
import { Flag, flagsOfModes } from '../wire/flags.js';
import type { ProtocolMessage } from '../wire/frames.js';
import type { ChannelRecord } from './port.js';
import type { ChannelEvent, ChannelState } from './state.js';

/**
 * RTL4c, RTL4c1, RTL4k, RTL4l. Field by field: thousands of channels attach at once, and spreads cost more than the rest.
 * ATTACH_RESUME is for servers from before specification 6.1: it tells them that this is no first attach.
 */
export function attachFrame({
  name,
  state,
  channelSerial,
  settings: { params, modes },
}: Pick<ChannelRecord, 'name' | 'state' | 'channelSerial' | 'settings'>): ProtocolMessage {
  const frame: { -readonly [Field in keyof ProtocolMessage]: ProtocolMessage[Field] } = {
    action: Action.attach,
    channel: name,
  };
  if (channelSerial !== undefined) frame.channelSerial = channelSerial;
  if (params) frame.params = params;
  const isResumed = channelSerial !== undefined && isAgain(state); // without one it begins anew (RTN11d)
  const flags = (modes ? flagsOfModes(modes) : 0) | (isResumed ? Flag.attachResume : 0);
  if (flags > 0) frame.flags = flags;
  return frame;
}

const isAgain = (state: ChannelState): boolean =>
  state.name === 'attached' || (state.name === 'attaching' && state.continues);

/** RTL5d */
export const detachFrame = ({ name }: Pick<ChannelRecord, 'name'>): ProtocolMessage => ({
  action: Action.detach,
  channel: name,
});

/** RTP18a, RTP18c, RTO5a: the two parts of a sync's channelSerial; no cursor where it is the last page. */
export function cursorOf({
  channelSerial,
}: ProtocolMessage): readonly [sequence: string | undefined, cursor?: string | undefined] {
  const colon = channelSerial?.indexOf(':') ?? -1;
  return colon < 0 ? [channelSerial] : [channelSerial?.slice(0, colon), channelSerial?.slice(colon + 1)];
}

/** RTL15b: whether a frame moves its channel on, also where no feature takes it. */
export const isAdvancing = ({ action }: ProtocolMessage): boolean =>
  action === Action.presence || action === Action.annotation || action === Action.object;

/** The event that a frame is to its channel's machine; `undefined` where it means nothing. */
export function eventOf(frame: ProtocolMessage, random: () => number): ChannelEvent | undefined {
  const { action, error } = frame;
  if (action === Action.attached) return { type: 'attached', frame };
  if (action === Action.detached)
    return { type: 'detached', error: error ? ErrorInfo.from(error) : undefined, chance: random() };
  return action === Action.error
    ? { type: 'refused', error: ErrorInfo.from(error ?? {}), chance: random() }
    : undefined;
}
