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

const lacking = (name: string, what: string, mode: string): ErrorInfo =>
  new ErrorInfo(
    `Channel "${name}" is attached without the mode "${mode}": no ${what} come. Ask for it by the option "modes", with a key or token that allows it.`,
    { code: 90009 },
  );

/** RTL7i, RTAN4e: fails those who listen in vain, or says so once an attachment. */
export function heed(cell: Cell, { strictMode, log }: ChannelServices): void {
  const error = unheard(cell);
  if (!error) return;
  if (strictMode) {
    cell.end(error); // RTL7i1
  } else if (!cell.warned) {
    cell.warned = true;
    log('error', { message: `${error.message} With the option "strictMode" this is an error.`, error }); // RTL7i2
  }
}
