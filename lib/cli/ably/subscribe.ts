import { ignoreElements, map, merge, type Observable, take, tap } from 'rxjs';
import type { Message, RealtimeChannel, RealtimeClient } from '../../index.js';
import { type Command, endless, finite, note, printerOf, warn } from '../command.js';
import { UsageError } from '../exit.js';
import { nameOf, numberOf, parsed } from '../parse.js';
import type { Terminal } from '../terminal.js';
import { messageLine } from './message-json.js';
import { onceConnected } from '../connecting.js';
import { sessionFlags, sessionUsage, withClient } from './session.js';

const usage = `Usage: rx-realtime subscribe <channel>... [options]

Prints the messages of channels until Ctrl-C, which detaches and ends with 0. Tells on stderr
where some may be missing.

  --name <name>          only messages of this name, may be repeated
  --filter <expression>  only messages that meet a JMESPath expression, which the server looks at
  --history <number>     begins with so many messages of the past
  --rewind <amount>      begins with what the server has at hand: a number, or a time like 2m
  -n, --count <number>   ends after so many messages

${sessionUsage}
Examples:
  rx-realtime subscribe chat --emulator
  rx-realtime subscribe chat log --name greeting
  rx-realtime subscribe chat | jq .data
  rx-realtime subscribe chat --count 1 --json
`;

const flags = {
  ...sessionFlags,
  name: { type: 'string', multiple: true },
  filter: { type: 'string' },
  history: { type: 'string' },
  rewind: { type: 'string' },
  count: { type: 'string', short: 'n' },
} as const;

type Values = ReturnType<typeof parsed<typeof flags>>['values'];

/** Prints the messages of channels. */
export const subscribe: Command = {
  usage,
  run: (args, terminal) => {
    const { values, positionals: names } = parsed(args, flags);
    if (names.length === 0) throw new UsageError('There is no channel: name one or more to subscribe to.');
    names.forEach((name) => nameOf('channel', name));
    if (values.rewind !== undefined && !/^[1-9]\d{0,5}[sm]?$/.test(values.rewind))
      throw new UsageError(
        `The option --rewind is "${values.rewind}": give a number of messages, or a time like 15s or 2m.`,
      );
    const count = numberOf('count', values.count, [1, 1e9]);
    const history = numberOf('history', values.history, [1, 100_000]);
    const { print } = printerOf(values, terminal);
    const whole = count === undefined ? endless(terminal) : finite(terminal);
    return withClient(values, terminal, (session) =>
      onceConnected(session, () => {
        const line$ = merge(
          ...names.map((name) => {
            const channel = channelOf(session.client, name, values);
            return merge(
              received(channel, values.name, history).pipe(
                map((message) => print(messageLine(name, message, names.length > 1))),
              ),
              told(name, channel, terminal),
            );
          }),
        );
        return count === undefined ? line$ : line$.pipe(take(count));
      }).pipe(whole),
    );
  },
};

function channelOf(client: RealtimeClient, name: string, { filter, rewind }: Values): RealtimeChannel {
  const options = rewind === undefined ? {} : { params: { rewind } };
  return filter === undefined
    ? client.channel(name, options)
    : client.derivedChannel(name, { filter }, options);
}

function received(
  channel: RealtimeChannel,
  names: readonly string[] | undefined,
  history: number | undefined,
): Observable<Message> {
  const past = history === undefined ? {} : { history };
  return names ? channel.messages(names, past) : channel.messages(undefined, past);
}

/** Tells what happens to a channel; emits nothing. */
const told = (name: string, channel: RealtimeChannel, terminal: Terminal): Observable<never> =>
  merge(
    channel.whenState('attached').pipe(
      tap(() => {
        note(terminal, `Listening on ${name}. Ctrl-C ends it.`);
      }),
    ),
    channel.discontinuities$.pipe(
      tap(({ reason }) => {
        warn(terminal, `messages on ${name} may be missing here${reason ? `: ${reason.message}` : '.'}`);
      }),
    ),
  ).pipe(ignoreElements());
