import type { WireError } from '../../../ably/wire/error-info.js';
import { type ChannelMode, Flag, flagsOfModes } from '../../../ably/wire/flags.js';
import type { Breakage } from '../delta/deltas.js';
import { refusal, wireErrorOf } from '../wire/errors.js';
import type { ConnectionContext } from '../connections/connection-context.js';
import { attachedFrame, type Attachment } from './attachment.js';
import { sendChannelError, sendDetached } from './detach.js';

/** Content of an unsolicited ATTACHED. */
export interface Reattach {
  /** RTL12: true when continuity is kept. Default: false. */
  readonly resumed?: boolean;
  readonly error?: WireError;
  /** The modes granted from now on. Default: as before. */
  readonly modes?: readonly ChannelMode[];
  /** RTP1: true to set HAS_PRESENCE and start a sync. Default: true when a member is present. */
  readonly presence?: boolean;
  /** RTO4: true to set HAS_OBJECTS and start a sync of the objects. Default: true when there are some. */
  readonly objects?: boolean;
  /** Further bits of `Flag`, which have no effect here. */
  readonly flags?: number;
}

/** Faults of one channel on a connection. Names are those that the client uses, with their qualifiers. */
export interface ChannelFaults {
  /** RTL13: sends an unsolicited DETACHED and ends the attachment, if there is one. */
  detach(channel: string, error?: WireError): void;
  /** RTL14: sends an ERROR for the channel and ends the attachment, if there is one. */
  fail(channel: string, error?: WireError): void;
  /** RTL12: sends an unsolicited ATTACHED at the head of the channel. Throws a TypeError where it is not attached. */
  reattach(channel: string, how?: Reattach): void;
  /** RTL13b: answers the next `count` ATTACHes with DETACHED. Default: one. */
  refuseAttach(error?: WireError, count?: number): void;
  /** RTL4f: leaves the next `count` ATTACHes unanswered. Default: one. */
  ignoreAttach(count?: number): void;
  /**
   * RTL18: breaks the next delta on the channel, or on all channels if none is named: it names a base that the client
   * does not have, or carries an invalid payload. Throws a TypeError where no attachment uses deltas.
   */
  breakDelta(how?: Breakage, channel?: string): void;
}

const defaultError = (what: string): WireError =>
  wireErrorOf(refusal(90000, 400, `The emulator was asked to ${what}: nothing else is wrong.`));

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
  { resumed = false, error, modes, presence, objects, flags = 0 }: Reattach,
): void {
  const bits = modes ? flagsOfModes(modes) : attachment.modes;
  attachment.modes = bits;
  attachment.sender.restart();
  const syncs = presence ?? attachment.sync.isDue();
  const syncsObjects = objects ?? attachment.objectSync.isDue();
  context.transport.send({
    ...attachedFrame(attachment, attachment.channel.head),
    flags:
      bits |
      flags |
      (resumed ? Flag.resumed : 0) |
      (syncs ? Flag.hasPresence : 0) |
      (syncsObjects ? Flag.hasObjects : 0),
    ...(error && { error }),
  });
  if (syncs) attachment.sync.start({}, true);
  if (syncsObjects) attachment.objectSync.start({}, true);
}
