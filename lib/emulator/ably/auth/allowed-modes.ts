import { type ChannelMode, channelModes, flagsOfModes } from '../../../ably/wire/flags.js';
import { refusal } from '../wire/errors.js';
import { allows, type Capability, type Operation } from './capability.js';

/** Operations that grant the modes, as the docs of channel options list them; one is enough. */
const grantedBy: Readonly<Record<ChannelMode, readonly Operation[]>> = {
  presence: ['presence'],
  publish: ['publish'],
  subscribe: ['subscribe'],
  presence_subscribe: ['subscribe'],
  annotation_publish: ['annotation-publish'],
  annotation_subscribe: ['annotation-subscribe'],
  object_subscribe: ['object-subscribe', 'subscribe'],
  object_publish: ['object-publish'],
};

/** The error of an operation that the capability allows, on a channel that was attached without the mode for it. */
export const modeMissing = (mode: string): Error =>
  refusal(40165, 401, `The channel is attached without the mode ${mode}: attach it with that mode.`);

/** The modes that a capability allows on a channel, as bits (RTL4m). */
export const allowedModes = (capability: Capability, channel: string): number =>
  flagsOfModes(
    channelModes.filter((mode) =>
      grantedBy[mode].some((operation) => allows(capability, channel, operation)),
    ),
  );
