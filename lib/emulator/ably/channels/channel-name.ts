/** The parts of a channel name with a qualifier. */
export interface ParsedChannelName {
  /** Name of the channel, without the qualifier. */
  readonly channel: string;
  /** RTS5: the expression in `[filter=…]`, in base64. */
  readonly filter: string | undefined;
  /** RTS5a2: the params in `[…?rewind=1]`. */
  readonly params: Readonly<Record<string, string>>;
}

const qualifier = /^\[(?:filter=([^\]?]*))?(?:\?([^\]]*))?\](.+)$/s;

/** Splits a qualifier off a name; brackets of another form belong to the name. */
export function parseChannelName(name: string): ParsedChannelName {
  const [, filter, query, channel] = qualifier.exec(name) ?? [];
  if (channel === undefined || (filter === undefined && query === undefined))
    return { channel: name, filter: undefined, params: {} };
  return { channel, filter, params: Object.fromEntries(new URLSearchParams(query)) };
}
