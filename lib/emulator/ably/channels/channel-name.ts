import { refusal } from '../wire/errors.js';

/** The parts of a channel name with a qualifier. */
export interface ParsedChannelName {
  /** Name of the channel, without the qualifier. */
  readonly channel: string;
  /** RTS5: the expression in `[filter=…]`, in base64. */
  readonly filter: string | undefined;
  /** RTS5a2: the params in `[…?rewind=1]`. */
  readonly params: Readonly<Record<string, string>>;
}

const qualifier = /^\[(meta(?=[?\]]))?(?:filter=([^\]?]*))?(?:\?([^\]]*))?\](.+)$/s;

/**
 * Splits a qualifier off a name; `[meta]` stays with the name of a metachannel. Brackets of another form are left in
 * front of the name, where `checkChannelName` refuses them.
 */
export function parseChannelName(name: string): ParsedChannelName {
  const [, meta, filter, query, rest] = qualifier.exec(name) ?? [];
  if (rest === undefined || (filter ?? query) === undefined)
    return { channel: name, filter: undefined, params: {} };
  return {
    channel: meta === undefined ? rest : `[meta]${rest}`,
    filter,
    params: Object.fromEntries(new URLSearchParams(query)),
  };
}

const valid = /^(?:\[meta\])?[^:[\r\n][^\r\n]*$/;
const maxLength = 2048;

/**
 * The name of a channel, without a qualifier. Throws 40010 as the docs say: where it is empty, begins with a colon or
 * with brackets that are no qualifier, or has a line feed in it. The length is a bound of the emulator.
 */
export function checkChannelName(name: unknown): string {
  if (typeof name === 'string' && name.length <= maxLength && valid.test(name)) return name;
  throw refusal(
    40010,
    400,
    `The channel name is missing, has more than ${maxLength} characters or a line feed in it, or begins with ":" or a qualifier that is none: give it another, or use [?param=value], [filter=…] or [meta].`,
  );
}
