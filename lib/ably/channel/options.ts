import { type Cipher, cipherOf } from '../wire/encodings.js';
import { ErrorInfo } from '../wire/error-info.js';
import { type ChannelMode, channelModes, flagsOfModes } from '../wire/flags.js';
import { type EventSchemas, type Schemas, schemasOf } from './schemas.js';

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

const noSettings: ChannelSettings = {
  params: undefined,
  modes: undefined,
  cipher: undefined,
  attachOnSubscribe: true,
  schemas: undefined,
};

/** Checks a channel's options, and names the one that is wrong. Throws 40000. */
export function channelSettingsOf(options: ChannelOptions | undefined): ChannelSettings {
  if (options === undefined) return noSettings;
  if (typeof (options as unknown) !== 'object' || (options as unknown) === null)
    throw invalid('options', 'have to be an object');
  return {
    params: paramsOf(options),
    modes: modesOf(options),
    cipher: cipherOf(options.cipher),
    attachOnSubscribe: attachOnSubscribeOf(options),
    schemas: schemasOf(options),
  };
}

/** RTL16a, RTS3c1: whether going from one to the other takes another ATTACH. */
export const asksAnew = (before: ChannelSettings, now: ChannelSettings): boolean =>
  askedBy(before) !== askedBy(now);

/** What travels: modes are bits, in no order. */
const askedBy = ({ params, modes }: ChannelSettings): string =>
  JSON.stringify([params, flagsOfModes(modes ?? [])]);

function attachOnSubscribeOf({
  attachOnSubscribe = true,
}: {
  readonly attachOnSubscribe?: unknown;
}): boolean {
  if (typeof attachOnSubscribe === 'boolean') return attachOnSubscribe;
  throw invalid('attachOnSubscribe', 'has to be true or false');
}

function paramsOf({ params }: { readonly params?: unknown }): ChannelSettings['params'] {
  if (params === undefined || params === null) return undefined;
  if (typeof params !== 'object' || Array.isArray(params))
    throw invalid('params', 'have to be an object of strings');
  for (const value of Object.values(params))
    if (!['string', 'number', 'boolean'].includes(typeof value))
      throw invalid('params', 'have to be strings, numbers or booleans');
  const entries = Object.entries(params).map(([name, value]) => [name, String(value)] as const);
  return entries.length > 0 ? Object.fromEntries(entries.sort()) : undefined;
}

function modesOf({ modes }: { readonly modes?: unknown }): ChannelSettings['modes'] {
  if (modes === undefined || modes === null) return undefined;
  if (!Array.isArray(modes)) throw invalid('modes', 'have to be an array');
  return modes.map((mode: unknown) => {
    const known = channelModes.find((name) => name === mode);
    if (known) return known;
    throw invalid('modes', `have to be among ${channelModes.join(', ')}`);
  });
}

const invalid = (option: string, problem: string): ErrorInfo =>
  new ErrorInfo(`The channel's ${option === 'options' ? option : `option "${option}"`} ${problem}.`, {
    code: 40000,
    statusCode: 400,
  });
