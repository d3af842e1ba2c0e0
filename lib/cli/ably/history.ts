import { map, type Observable, take } from 'rxjs';
import type { HistoryParams, RealtimeChannel } from '../../index.js';
import { type Command, finite, printerOf, type Shown } from '../command.js';
import { UsageError } from '../exit.js';
import { durationOf, nameOf, numberOf, parsed } from '../parse.js';
import { messageLine, presenceLine } from './message-json.js';
import { sessionFlags, sessionUsage, withClient } from './session.js';

const usage = `Usage: rx-realtime history <channel> [options]

Prints what was published on a channel, the newest first.

  --limit <number>       so many messages (default: 100)
  --all                  all that the server has
  --forwards             the oldest first
  --start <time>         not before: 2026-01-31T12:00Z, milliseconds since 1970, or 10m for ten
                         minutes ago
  --end <time>           not after
  --presence             what the members of the channel did, instead of messages

${sessionUsage}
Examples:
  rx-realtime history chat --limit 10
  rx-realtime history chat --start 1h --forwards | jq -r .data
`;

const flags = {
  ...sessionFlags,
  limit: { type: 'string' },
  all: { type: 'boolean', default: false },
  forwards: { type: 'boolean', default: false },
  start: { type: 'string' },
  end: { type: 'string' },
  presence: { type: 'boolean', default: false },
} as const;

/** Prints the past of a channel. */
export const history: Command = {
  usage,
  run: (args, terminal) => {
    const { values, positionals } = parsed(args, flags);
    const [name, extra] = positionals;
    if (name === undefined) throw new UsageError('There is no channel: name the one whose history you want.');
    nameOf('channel', name);
    if (extra !== undefined) throw new UsageError(`The argument "${extra}" is one too many.`);
    if (values.all && values.limit !== undefined)
      throw new UsageError('Both --all and --limit are given: leave one out.');
    const limit = values.all ? Infinity : (numberOf('limit', values.limit, [1, 1e9]) ?? 100);
    const now = terminal.scheduler.now();
    const params = {
      limit: Math.min(limit, 1000),
      direction: values.forwards ? 'forwards' : 'backwards',
      ...(values.start !== undefined && { start: timeOf('start', values.start, now) }),
      ...(values.end !== undefined && { end: timeOf('end', values.end, now) }),
    } as const;
    if (params.start !== undefined && params.end !== undefined && params.start > params.end)
      throw new UsageError('The --start is later than the --end: exchange them.');
    const { print } = printerOf(values, terminal);
    return withClient(values, terminal, ({ client }) =>
      past(client.channel(name), params, values.presence).pipe(take(limit), map(print), finite(terminal)),
    );
  },
};

const past = (channel: RealtimeChannel, params: HistoryParams, isOfMembers: boolean): Observable<Shown> =>
  isOfMembers
    ? channel.presence.history(params).pipe(map((event) => presenceLine(channel.name, event)))
    : channel.history(params).pipe(map((message) => messageLine(channel.name, message)));

/** Milliseconds since the epoch. */
function timeOf(flag: string, text: string, now: number): number {
  const ago = durationOf(text);
  const time = ago !== undefined ? now - ago : /^\d{5,}$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isSafeInteger(time)) return time;
  throw new UsageError(
    `The option --${flag} is "${text}": give a time like 2026-01-31T12:00Z, or 10m for ten minutes ago.`,
  );
}
