import { ErrorInfo } from '../wire/error-info.js';
import { type ChannelMode, channelModes, Flag, flagsOfModes, hasFlag } from '../wire/flags.js';
import type { ChannelFeature, ChannelRecord, UnservedSubscriber } from './port.js';

const allModes = flagsOfModes(channelModes);

/** RTL7i3, RTAN4e1: whether an attached channel certainly lacks a mode; the server may not say what it grants. */
export const lacksMode = ({ state, flags }: ChannelRecord, flag: number): boolean =>
  state.name === 'attached' && (flags & allModes) !== 0 && !hasFlag(flags, flag);

/** 90009, or 91008 for presence: the error of a subscriber that a missing mode leaves unserved. */
export const missingMode = (
  { name }: ChannelRecord,
  what: string,
  mode: ChannelMode,
  code = 90009,
): ErrorInfo =>
  new ErrorInfo(
    `Channel "${name}" is attached without the mode "${mode}": no ${what} come. Ask for it by the option "modes", with a key or token that allows it.`,
    { code },
  );

/**
 * RTL7i, RTAN4e: fails the subscribers that the granted modes can never serve, in strict mode; else logs it, once an
 * attachment.
 */
export function checkModes(record: ChannelRecord, features: readonly ChannelFeature[]): void {
  const { strictMode, log } = record.host.client;
  const logged = record.modeWarningLogged;
  for (const unserved of unservedOf(record, features)) {
    const { error, end } = unserved;
    record.modeWarningLogged = true;
    if (strictMode && end)
      end(error); // RTL7i1
    else if (!logged) {
      const hint = end ? ' With the option "strictMode" this is an error.' : '';
      log('error', { message: `${error.message}${hint}`, error }); // RTL7i2
    }
  }
}

function unservedOf(
  record: ChannelRecord,
  features: readonly ChannelFeature[],
): readonly UnservedSubscriber[] {
  const own: readonly UnservedSubscriber[] =
    record.isHeard && lacksMode(record, Flag.subscribe)
      ? [
          {
            error: missingMode(record, 'messages', 'subscribe'),
            end: (error) => {
              record.end(error);
            },
          },
        ]
      : [];
  return [
    ...own,
    ...features.map(({ unserved }) => unserved?.(record)).filter((found) => found !== undefined),
  ];
}
