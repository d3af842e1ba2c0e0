import { map, take } from 'rxjs';
import { type Command, finite, printerOf, type Shown } from '../command.js';
import { UsageError } from '../exit.js';
import { numberOf, parsed } from '../parse.js';
import { columns, printable } from '../printable.js';
import { listOf } from './list-of.js';
import { timeoutOf } from '../connecting.js';
import { accessOf, sessionFlags, sessionUsage } from './session.js';

const usage = `Usage: rx-realtime channels [options]

Prints the channels that are active, and how many are on them.

  --prefix <text>        only those whose name begins so
  --limit <number>       so many (default: 100)
  --all                  all of them
  --names                names alone, which is quicker

${sessionUsage}
Examples:
  rx-realtime channels --emulator
  rx-realtime channels --prefix chat: --all --names
`;

const flags = {
  ...sessionFlags,
  prefix: { type: 'string' },
  limit: { type: 'string' },
  all: { type: 'boolean', default: false },
  names: { type: 'boolean', default: false },
} as const;

/** Lists the active channels, as `GET /channels` does. */
export const channels: Command = {
  usage,
  run: (args, terminal) => {
    const { values, positionals } = parsed(args, flags);
    if (positionals[0] !== undefined)
      throw new UsageError(`The argument "${positionals[0]}" is one too many.`);
    const { all, prefix, names } = values;
    if (all && values.limit !== undefined)
      throw new UsageError('Both --all and --limit are given: leave one out.');
    const limit = all ? Infinity : (numberOf('limit', values.limit, [1, 1e9]) ?? 100);
    const query = new URLSearchParams({
      limit: String(Math.min(limit, 1000)),
      by: names ? 'id' : 'value',
      ...(prefix !== undefined && { prefix }),
    });
    const { print } = printerOf(values, terminal);
    return listOf(accessOf(values, terminal.env), `/channels?${query.toString()}`, {
      fetch: terminal.network.fetch ?? fetch,
      timeout: timeoutOf(values),
      scheduler: terminal.scheduler,
    }).pipe(take(limit), map(channelLine), map(print), finite(terminal));
  },
};

/** One channel, of which the service tells the name alone, or details. */
export function channelLine(item: unknown): Shown {
  if (typeof item === 'string') return { text: printable(item), json: { channelId: item } };
  const details = (typeof item === 'object' && item !== null ? item : {}) as Readonly<
    Record<string, unknown>
  >;
  const { channelId, name } = details;
  const id = [channelId, name].find((found) => typeof found === 'string') ?? '';
  return { text: columns(printable(id), ...occupancyOf(details)), json: details };
}

/** Metrics of a channel in words, those that are not 0. */
function occupancyOf(details: Readonly<Record<string, unknown>>): readonly string[] {
  const { status } = details as { readonly status?: { readonly occupancy?: { readonly metrics?: object } } };
  const metrics = Object.entries(status?.occupancy?.metrics ?? {});
  return metrics
    .filter(([, amount]) => typeof amount === 'number' && amount > 0)
    .map(([metric, amount]) => printable(`${metric} ${String(amount)}`));
}
