import { ErrorInfo } from '../wire/error-info.js';
import { type ChannelMode, channelModes, Flag, flagsOfModes, hasFlag } from '../wire/flags.js';
import type { ChannelFeature, ChannelRecord, UnservedSubscriber } from './port.js';

const allModes = flagsOfModes(channelModes);

/** RTL7i3, RTAN4e1: whether an attached channel certainly lacks a mode; the server may not say what it grants. */
export const lacksMode = ({ state, flags }: ChannelRecord, flag: number): boolean =>
  state.name === 'attached' && (flags & allModes) !== 0 && !hasFlag(flags, flag);

/** 90009, 91008 for presence, or 40024 for objects: the error of all that a missing mode keeps from a user. */
export const missingMode = (
  { name }: ChannelRecord,
  what: string,
  mode: ChannelMode,
  code = 90009,
): ErrorInfo =>
  new ErrorInfo(
    `Channel "${name}" is without the mode "${mode}": ${what}. Ask for it by the option "modes", with a key or token that allows it.`,
    { code },
  );

/**
 * RTL7i, RTAN4e: fails the subscribers that the granted modes can never serve, in strict mode; else logs it, once an
 * attachment.
 */
export function checkModes(record: ChannelRecord, features: readonly ChannelFeature[]): void {
  if (record.state.name !== 'attached') return;
  const logged = record.modeWarningLogged;
  if (lacksMode(record, Flag.subscribe) && record.isHeard)
    tell(
      record,
      {
        error: missingMode(record, 'no messages come', 'subscribe'),
        end: (error) => {
          record.end(error);
        },
      },
      logged,
    );
  for (const feature of features) {
    const unserved = feature.unserved?.(record);
    if (unserved) tell(record, unserved, logged);
  }
}

function tell(record: ChannelRecord, { error, end }: UnservedSubscriber, logged: boolean): void {
  const { strictMode, log } = record.host.client;
  record.modeWarningLogged = true;
  if (strictMode && end)
    end(error); // RTL7i1
  else if (!logged) {
    const hint = end ? ' With the option "strictMode" this is an error.' : '';
    log('error', { message: `${error.message}${hint}`, error }); // RTL7i2
  }
}
