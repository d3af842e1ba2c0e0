/** A channel as it was asked for, and the one that is meant. */
export interface ParsedChannelName {
  /** The name of the channel itself. */
  readonly channel: string;
  /** RTS5: the expression in `[filter=…]`, in base64. */
  readonly filter: string | undefined;
  /** RTS5a2: those in `[…?rewind=1]`. */
  readonly params: Readonly<Record<string, string>>;
}

const qualifier = /^\[(?:filter=([^\]?]*))?(?:\?([^\]]*))?\](.+)$/s;

/** Takes the brackets off a name, if they are ones that say something; else it is a name as any other. */
export function parseChannelName(name: string): ParsedChannelName {
  const [, filter, query, channel] = qualifier.exec(name) ?? [];
  if (channel === undefined || (filter === undefined && query === undefined))
    return { channel: name, filter: undefined, params: {} };
  return { channel, filter, params: Object.fromEntries(new URLSearchParams(query)) };
}
