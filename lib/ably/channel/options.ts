import { ErrorInfo } from '../wire/error-info.js';
import { type ChannelMode, channelModes } from '../wire/flags.js';

/** TB2: what a channel asks for when it attaches. */
export interface ChannelOptions {
  /** TB2c: parameters for the server, such as `{ rewind: '1' }` (RTL4k). */
  readonly params?: Readonly<Record<string, string | number | boolean>>;
  /** TB2d: what the attachment is to be good for; all that the key allows where left out (RTL4l). */
  readonly modes?: readonly ChannelMode[];
}

/** The options, checked and made whole. */
export interface ChannelSettings {
  readonly params: Readonly<Record<string, string>> | undefined;
  readonly modes: readonly ChannelMode[] | undefined;
}

const noSettings: ChannelSettings = { params: undefined, modes: undefined };

/** Checks a channel's options, and names the one that is wrong. Throws 40000. */
export function channelSettingsOf(options: ChannelOptions | undefined): ChannelSettings {
  if (options === undefined) return noSettings;
  if (typeof (options as unknown) !== 'object' || (options as unknown) === null)
    throw invalid('options', 'have to be an object');
  return { params: paramsOf(options), modes: modesOf(options) };
}

function paramsOf({ params }: { readonly params?: unknown }): ChannelSettings['params'] {
  if (params === undefined || params === null) return undefined;
  if (typeof params !== 'object' || Array.isArray(params))
    throw invalid('params', 'have to be an object of strings');
  for (const value of Object.values(params))
    if (!['string', 'number', 'boolean'].includes(typeof value))
      throw invalid('params', 'have to be strings, numbers or booleans');
  const entries = Object.entries(params).map(([name, value]) => [name, String(value)] as const);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
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
