import type { WireError } from '../../../ably/wire/error-info.js';
import { type ChannelMode, Flag, flagsOfModes } from '../../../ably/wire/flags.js';
import type { Breakage } from '../delta/deltas.js';
import { refusal, wireErrorOf } from '../wire/errors.js';
import type { ConnectionContext } from '../connections/connection-context.js';
import { attachedFrame, type Attachment } from './attachment.js';
import { sendChannelError, sendDetached } from './detach.js';

/** What an ATTACHED that nobody asked for says. */
export interface Reattach {
  /** RTL12: whether continuity is kept; default false. */
  readonly resumed?: boolean;
  readonly error?: WireError;
  /** Other modes than before, from now on. */
  readonly modes?: readonly ChannelMode[];
  /** RTP1: whether it says HAS_PRESENCE and a sync follows; default: whether anybody is present. */
  readonly presence?: boolean;
  /** Further bits, as `Flag` of the wire has them; nothing follows from them. */
  readonly flags?: number;
}

/** What can go wrong with one channel of a connection. Names are the client's own, a qualifier among them. */
export interface ChannelFaults {
  /** RTL13: DETACHED, which nobody asked for; an attachment that is there ends. */
  detach(channel: string, error?: WireError): void;
  /** RTL14: ERROR of this channel; an attachment that is there ends. */
  fail(channel: string, error?: WireError): void;
  /** RTL12: an ATTACHED that nobody asked for, at the head of the channel. Throws a TypeError where it is not attached. */
  reattach(channel: string, how?: Reattach): void;
  /** RTL13b: the next ATTACHes are answered with DETACHED, `count` of them. */
  refuseAttach(error?: WireError, count?: number): void;
  /** RTL4f: the next ATTACHes are not answered, `count` of them. */
  ignoreAttach(count?: number): void;
  /**
   * RTL18: the next delta on the channel, or on each one where none is named, is about a base that the client has not got,
   * or carries a payload that is no delta. Throws a TypeError where nothing is attached with deltas.
   */
  breakDelta(how?: Breakage, channel?: string): void;
}

const defaultError = (what: string): WireError =>
  wireErrorOf(refusal(90000, 400, `The emulator was told to ${what}: nothing else is wrong.`));

export function channelFaults(context: ConnectionContext): ChannelFaults {
  const { attachments, faults } = context;
  const push = (answer: WireError | 'unanswered', count: number): void =>
    void faults.attachAnswers.push(...Array<typeof answer>(count).fill(answer));
  return {
    detach: (channel, error = defaultError('detach this channel')) => sendDetached(context, channel, error),
    fail: (channel, error = defaultError('fail this channel')) => sendChannelError(context, channel, error),
    reattach: (channel, how = {}) => {
      const attachment = attachments.get(channel);
      if (!attachment) throw new TypeError(`The connection is not attached to ${channel}: wait until it is.`);
      reattach(context, attachment, how);
    },
    refuseAttach: (error = defaultError('refuse this attach'), count = 1) => push(error, count),
    ignoreAttach: (count = 1) => push('unanswered', count),
    breakDelta: (how = 'base', channel) => {
      const meant = [...attachments.values()].filter(({ name }) => channel === undefined || channel === name);
      const spoilt = meant.filter(({ sender }) => sender.breakNextDelta(how));
      if (spoilt.length === 0)
        throw new TypeError('No channel is attached with deltas: attach one with the param delta=vcdiff.');
    },
  };
}

function reattach(
  context: ConnectionContext,
  attachment: Attachment,
  { resumed = false, error, modes, presence, flags = 0 }: Reattach,
): void {
  const bits = modes ? flagsOfModes(modes) : attachment.modes;
  attachment.modes = bits;
  attachment.sender.restart();
  const syncs = presence ?? attachment.sync.isDue();
  context.transport.send({
    ...attachedFrame(attachment, attachment.channel.head),
    flags: bits | flags | (resumed ? Flag.resumed : 0) | (syncs ? Flag.hasPresence : 0),
    ...(error && { error }),
  });
  if (syncs) attachment.sync.start();
}
