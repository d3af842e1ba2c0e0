import { flag, having, isObject, type Validators } from '../../options/validators.js';
import { check } from '../check-options.js';
import { type Cipher, cipherOf } from '../wire/encodings.js';
import { type ChannelMode, channelModes, flagsOfModes } from '../wire/flags.js';
import type { Log } from '../../log.js';
import { warnUnknown } from '../../options/unknown-options.js';
import { textsOf } from '../wire/texts.js';
import { type EventSchemas, type Schemas, schemasOf } from '../messages/schemas.js';

/** TB2: what a channel asks for when it attaches. */
export interface ChannelOptions {
  /** TB2c: parameters for the server, such as `{ rewind: '1' }` (RTL4k). */
  readonly params?: Readonly<Record<string, string | number | boolean>>;
  /** TB2d: what the attachment is to be good for; all that the key allows where left out (RTL4l). */
  readonly modes?: readonly ChannelMode[];
  /** TB2b, RSL5: encrypts what is published and decrypts what is received: `aes({ key })` of `rx-realtime/crypto`. */
  readonly cipher?: Cipher | null;
  /** TB4, RTL7h: whether subscribing takes a lease; where not, messages come only while somebody has attached. Default true. */
  readonly attachOnSubscribe?: boolean;
  /**
   * Schemas of payloads by event name. What they refuse is not delivered and shows on `errors$` (40013), or is not
   * published, nor sent as an update of a message with that name; what they make of a payload is delivered instead of it.
   * What is appended is but a part of a payload, and not looked at. They have to answer at once.
   */
  readonly schemas?: EventSchemas;
}

/** The options, checked and made whole. */
export interface ChannelSettings {
  readonly params: Readonly<Record<string, string>> | undefined;
  readonly modes: readonly ChannelMode[] | undefined;
  readonly cipher: Cipher | undefined;
  readonly attachOnSubscribe: boolean;
  readonly schemas: Schemas | undefined;
}

const isTextual = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);
const kinds: Validators<Exclude<keyof ChannelOptions, 'cipher'>> = {
  params: [
    (params) => isObject(params) && Object.values(params).every(isTextual),
    'an object of strings, numbers or booleans',
  ],
  modes: [
    (modes) => Array.isArray(modes) && modes.every((mode) => channelModes.includes(mode as ChannelMode)),
    `an array of ${channelModes.join(', ')}`,
  ],
  attachOnSubscribe: flag,
  schemas: having(),
};

/** One for all channels without options: there may be ten thousand. */
const noSettings: ChannelSettings = {
  params: undefined,
  modes: undefined,
  cipher: undefined,
  attachOnSubscribe: true,
  schemas: undefined,
};

/** Checks a channel's options, and names the one that is wrong; tells `log` of one that there is not. Throws 40000. */
export function channelSettingsOf(given: ChannelOptions | undefined, log: Log): ChannelSettings {
  if (given === undefined) return noSettings;
  check(given, {}); // before it is read
  const settings = wholeOf(given);
  warnUnknown(given, [kinds, { cipher: true }], log);
  return settings;
}

function wholeOf(options: ChannelOptions): ChannelSettings {
  check(options, kinds);
  const { modes, cipher, attachOnSubscribe, schemas } = options;
  return {
    params: paramsOf(options),
    modes: modes ? [...modes] : undefined,
    cipher: cipherOf(cipher),
    attachOnSubscribe: attachOnSubscribe ?? true,
    schemas: schemas ? schemasOf(schemas) : undefined,
  };
}

/** RTL16a, RTS3c1: whether going from one to the other takes another ATTACH. */
export const asksAnew = (before: ChannelSettings, now: ChannelSettings): boolean =>
  askedBy(before) !== askedBy(now);

/** What travels: modes are bits, in no order. */
const askedBy = ({ params, modes }: ChannelSettings): string =>
  JSON.stringify([params, flagsOfModes(modes ?? [])]);

/** Sorted: the same in another order is no other. */
function paramsOf({ params }: ChannelOptions): ChannelSettings['params'] {
  const entries = Object.entries(textsOf(params ?? {}));
  return entries.length > 0 ? Object.fromEntries(entries.sort()) : undefined;
}
