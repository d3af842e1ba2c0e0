import { ErrorInfo } from '../wire/error-info.js';
import { channelModes, Flag, flagsOfModes, hasFlag } from '../wire/flags.js';
import type { ChannelRecord } from './record.js';
import type { ChannelServices } from './services.js';

const allModes = flagsOfModes(channelModes);

/** Somebody who listens in vain: why, and how that ends. */
interface UnservedSubscriber {
  readonly error: ErrorInfo;
  readonly end: (error: ErrorInfo) => void;
}

/** RTL7i, RTAN4e: what is listened to and will never come; nothing where the server did not say what it granted. */
function unservedSubscribers(record: ChannelRecord): readonly UnservedSubscriber[] {
  const { name, flags, state, isHeard, hearsAnnotations } = record;
  const vain: UnservedSubscriber[] = [];
  if (state.name !== 'attached' || (flags & allModes) === 0) return vain; // RTL7i3, RTAN4e1
  if (isHeard && !hasFlag(flags, Flag.subscribe))
    vain.push({
      error: lacking(name, 'messages', 'subscribe'),
      end: (error) => {
        record.endMessages(error);
      },
    });
  if (hearsAnnotations && !hasFlag(flags, Flag.annotationSubscribe))
    vain.push({
      error: lacking(name, 'annotations', 'annotation_subscribe'),
      end: (error) => {
        record.endAnnotations(error);
      },
    });
  return vain;
}

/** RTP11f: why the members are not known and never will be; `undefined` where they will, or the server did not say what it granted. */
export function membersUnknown({ name, flags, state }: ChannelRecord): ErrorInfo | undefined {
  const isGranted = (flags & allModes) === 0 || hasFlag(flags, Flag.presenceSubscribe);
  return state.name !== 'attached' || isGranted
    ? undefined
    : lacking(name, 'members', 'presence_subscribe', 91008);
}

const lacking = (name: string, what: string, mode: string, code = 90009): ErrorInfo =>
  new ErrorInfo(
    `Channel "${name}" is attached without the mode "${mode}": no ${what} come. Ask for it by the option "modes", with a key or token that allows it.`,
    { code },
  );

/**
 * RTL7i, RTAN4e: fails those who listen in vain, and nobody else, or says so once an attachment. Whoever waits for members
 * is only told.
 */
export function checkModes(record: ChannelRecord, { strictMode, log }: ChannelServices): void {
  const warned = record.modeWarningLogged;
  const members = record.presence?.isHeard ? membersUnknown(record) : undefined;
  if (members && !warned) log('error', { message: members.message, error: members });
  if (members) record.modeWarningLogged = true;
  for (const { error, end } of unservedSubscribers(record)) {
    record.modeWarningLogged = true;
    if (strictMode)
      end(error); // RTL7i1
    else if (!warned)
      log('error', { message: `${error.message} With the option "strictMode" this is an error.`, error }); // RTL7i2
  }
}
