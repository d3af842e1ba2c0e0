import { ErrorInfo } from '../wire/error-info.js';
import { channelModes, Flag, flagsOfModes, hasFlag } from '../wire/flags.js';
import type { Cell } from './cell.js';
import type { ChannelServices } from './services.js';

const allModes = flagsOfModes(channelModes);

/** RTL7i, RTAN4e: why what is listened to will never come; `undefined` where it will, or the server did not say what it granted. */
function unheard({ name, flags, state, isHeard, hearsAnnotations }: Cell): ErrorInfo | undefined {
  if (state.name !== 'attached' || (flags & allModes) === 0) return undefined; // RTL7i3, RTAN4e1
  if (isHeard && !hasFlag(flags, Flag.subscribe)) return lacking(name, 'messages', 'subscribe');
  if (hearsAnnotations && !hasFlag(flags, Flag.annotationSubscribe))
    return lacking(name, 'annotations', 'annotation_subscribe');
  return undefined;
}

/** RTP11f: why the members are not known and never will be; `undefined` where they will, or the server did not say what it granted. */
export function membersUnknown({ name, flags, state }: Cell): ErrorInfo | undefined {
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

/** RTL7i, RTAN4e: fails those who listen in vain, or says so once an attachment. Whoever listens to members is only told. */
export function heed(cell: Cell, { strictMode, log }: ChannelServices): void {
  const error = unheard(cell);
  const remark = error ?? (cell.presence?.isHeard ? membersUnknown(cell) : undefined);
  if (error && strictMode) {
    cell.end(error); // RTL7i1
  } else if (remark && !cell.warned) {
    cell.warned = true;
    const hint = error && ' With the option "strictMode" this is an error.';
    log('error', { message: `${remark.message}${hint ?? ''}`, error: remark }); // RTL7i2
  }
}
