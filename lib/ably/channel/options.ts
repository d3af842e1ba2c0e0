import type { StandardSchemaV1 } from '@standard-schema/spec';
import { flag, having, isObject, type Validators } from '../../options/validators.js';
import { check } from '../check-options.js';
import { type Cipher, cipherOf } from '../wire/encodings.js';
import { type ChannelMode, channelModes, flagsOfModes, type GivenMode, modeOf } from '../wire/flags.js';
import type { Log } from '../../base/log.js';
import { warnUnknown } from '../../options/unknown-options.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { Message, Report } from '../wire/message.js';
import type { OutgoingMessage } from '../wire/outgoing.js';
import type { ChannelState } from './state.js';
import { textsOf } from '../wire/texts.js';

/** A schema of Zod, Valibot, ArkType or any other that speaks Standard Schema (https://standardschema.dev), per event name. */
export type EventSchemas = Readonly<Record<string, StandardSchemaV1>>;

/** TB2: options of a channel, of which params and modes travel with its ATTACH. */
export interface ChannelOptions {
  /** TB2c: parameters for the server, such as `{ rewind: '1' }` (RTL4k). */
  readonly params?: Readonly<Record<string, string | number | boolean>>;
  /** TB2d: the modes to ask for; all that the key allows where left out (RTL4l). `message_subscribe` is `subscribe` (TR3u). */
  readonly modes?: readonly GivenMode[];
  /** TB2b, RSL5: encrypts what is published and decrypts what is received: `aes({ key })` of `rx-realtime/crypto`. */
  readonly cipher?: Cipher | null;
  /** TB4, RTL7h: whether subscribing takes a lease; where not, messages come only while `attach()` holds the channel. Default true. */
  readonly attachOnSubscribe?: boolean;
  /**
   * Schemas of payloads by event name. What they refuse is not delivered and shows on `errors$` (40013), or is not
   * published, nor sent as an update of a message with that name; what they make of a payload is delivered instead of it.
   * An appended piece is but a part of a payload, and not looked at. They have to answer at once.
   */
  readonly schemas?: EventSchemas;
}

/** Payloads of a channel, by the schemas of its events. */
export interface PayloadRules {
  /** Makes of a received message the one to deliver; `undefined`, with a report, where a schema refuses it. */
  readonly accept: (message: Message, report: Report) => Message | undefined;
  /** Throws 40013 where a schema refuses a message to publish. */
  readonly check: (message: OutgoingMessage) => void;
}

/** The options, checked and made whole. */
export interface ChannelSettings {
  readonly params: Readonly<Record<string, string>> | undefined;
  readonly modes: readonly ChannelMode[] | undefined;
  readonly cipher: Cipher | undefined;
  readonly attachOnSubscribe: boolean;
  readonly payloads: PayloadRules | undefined;
}

/** Features of the client that a channel option may need. */
export interface OptionFeatures {
  /** Whether deltas can be undone (PC3). */
  readonly deltas: boolean;
  /** Reads the option `schemas`. */
  readonly payloads: ((schemas: EventSchemas) => PayloadRules | undefined) | undefined;
}

const isTextual = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);
const validators: Validators<Exclude<keyof ChannelOptions, 'cipher'>> = {
  params: [
    (params) => isObject(params) && Object.values(params).every(isTextual),
    'an object of strings, numbers or booleans',
  ],
  modes: [
    (modes) =>
      Array.isArray(modes) && modes.every((mode) => channelModes.includes(modeOf(mode) as ChannelMode)),
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
  payloads: undefined,
};

/**
 * Checks a channel's options, and logs one that does not exist. Throws 40000 with the name of the one that is wrong, and
 * 40019 where one takes a feature that the client has not got.
 */
export function channelSettingsOf(
  given: ChannelOptions | undefined,
  features: OptionFeatures,
  log: Log,
): ChannelSettings {
  if (given === undefined) return noSettings;
  check(given, validators);
  const { modes, cipher, attachOnSubscribe, schemas } = given;
  const settings = {
    params: paramsOf(given),
    modes: modes?.map((mode) => modeOf(mode) as ChannelMode), // checked
    cipher: cipherOf(cipher),
    attachOnSubscribe: attachOnSubscribe ?? true,
    payloads: schemas ? (features.payloads ?? lacking('schemas', 'schemas', 'core'))(schemas) : undefined,
  };
  if (settings.params?.['delta'] !== undefined && !features.deltas)
    lacking('params.delta', 'deltas(vcdiff)', 'vcdiff', ', in `RealtimeClient` the option "vcdiff"');
  warnUnknown(given, [validators, { cipher: 0 }], log);
  return settings;
}

/** PC3: 40019 */
function lacking(option: string, feature: string, entry: string, or = ''): never {
  throw new ErrorInfo(
    `The option "${option}" takes the feature \`${feature}\`, of "rx-realtime/${entry}". Write \`features: [${feature}]\`${or}.`,
    { code: 40019 },
  );
}

/** RTS3c1: gives the settings; throws where they would take another ATTACH, which only `setOptions()` asks for. */
export function checkConfigurable(
  {
    name,
    state,
    settings,
  }: {
    readonly name: string;
    readonly state: ChannelState;
    readonly settings: ChannelSettings;
  },
  wanted: ChannelSettings,
): ChannelSettings {
  if (!asksAnew(settings, wanted) || (state.name !== 'attached' && state.name !== 'attaching')) return wanted;
  throw new ErrorInfo(
    `Channel "${name}" is ${state.name} with other params or modes. Change them by channel.setOptions().`,
    { code: 40000 },
  );
}

/** RTL16a, RTS3c1: tells whether going from one to the other takes another ATTACH. */
export const asksAnew = (before: ChannelSettings, now: ChannelSettings): boolean =>
  askedBy(before) !== askedBy(now);

/** The settings as they travel: modes are bits, in no order. */
const askedBy = ({ params, modes }: ChannelSettings): string =>
  JSON.stringify([params, flagsOfModes(modes ?? [])]);

/** Sorts them: the same params in another order are no others. */
function paramsOf({ params }: ChannelOptions): ChannelSettings['params'] {
  const entries = Object.entries(textsOf(params ?? {}));
  return entries.length > 0 ? Object.fromEntries(entries.sort()) : undefined;
}
