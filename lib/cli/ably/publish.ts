import { from, map, type Observable } from 'rxjs';
import type { OutgoingMessage, RealtimeChannel } from '../../index.js';
import { type Command, printerOf, type Shown } from '../command.js';
import { UsageError } from '../exit.js';
import { publishLines } from '../lines/publish-lines.js';
import { splitLines, wordsAsLines } from '../lines/split-lines.js';
import { nameOf, numberOf, objectIn, parsed } from '../parse.js';
import { columns } from '../printable.js';
import { dataOf, messageIn } from './message-json.js';
import { onceConnected } from '../connecting.js';
import { sessionFlags, sessionUsage, withClient } from './session.js';

const usage = `Usage: rx-realtime publish <channel> <data>... [options]
       rx-realtime publish <channel> --lines [options]

Publishes messages, and ends when the server has them. Data that are a JSON object or array are
sent as such, all else as text.

  --name <name>          the name of the messages
  --extras <json>        extras of the messages
  --text                 sends JSON as text, too
  --lines                publishes each line of the standard input; one that is refused does not
                         stop the others, and each is counted
  --messages             the same, where each line is a message as subscribe prints it:
                         {"name":"greeting","data":"hello"}
  --window <number>      publishes that may wait for their answer at once (default: 64)

${sessionUsage}
Examples:
  rx-realtime publish chat hello --name greeting
  rx-realtime publish chat '{"text":"hello"}' --emulator
  tail -f log.txt | rx-realtime publish log --lines
  rx-realtime history chat --all --forwards | rx-realtime publish copy --messages
`;

const flags = {
  ...sessionFlags,
  name: { type: 'string' },
  extras: { type: 'string' },
  text: { type: 'boolean', default: false },
  lines: { type: 'boolean', default: false },
  messages: { type: 'boolean', default: false },
  window: { type: 'string' },
} as const;

/** Publishes data, lines or messages. */
export const publish: Command = {
  usage,
  run: (args, terminal) => {
    const { values, positionals } = parsed(args, flags);
    const [name, ...words] = positionals;
    if (name === undefined) throw new UsageError('There is no channel: name the one to publish on.');
    nameOf('channel', name);
    const isBulk = values.lines || values.messages;
    if (isBulk && words.length > 0)
      throw new UsageError('Data are given twice: leave them out, or leave out --lines and --messages.');
    if (!isBulk && words.length === 0)
      throw new UsageError(
        'There are no data: give some, or --lines to publish the lines of the standard input.',
      );
    if (values.messages && (values.name ?? values.extras) !== undefined)
      throw new UsageError(
        'With --messages each line has its own name and extras: leave out --name and --extras.',
      );
    const window = numberOf('window', values.window, [1, 10_000]) ?? 64;
    const messageOf = reader(values);
    return withClient(values, terminal, (session) =>
      onceConnected(session, () => {
        const { client } = session;
        const channel = client.channel(name);
        return publishLines(
          {
            lines: isBulk ? splitLines(terminal.input) : wordsAsLines(words),
            isBulk,
            window,
            publish: (text) => publishOn(channel, messageOf(text)),
            isOver: () => isDown(client.connection.state),
            printer: printerOf(values, terminal),
          },
          terminal,
        );
      }),
    );
  },
};

type Reader = (text: string) => OutgoingMessage;

function reader({
  name,
  extras: extrasText,
  text: isText,
  messages,
}: {
  readonly name?: string | undefined;
  readonly extras?: string | undefined;
  readonly text: boolean;
  readonly messages: boolean;
}): Reader {
  if (messages) return messageIn;
  const extras = extrasText === undefined ? undefined : objectIn('extras', extrasText);
  return (text) => ({ name, extras, data: dataOf(text, isText) });
}

const publishOn = (channel: RealtimeChannel, message: OutgoingMessage): Observable<Shown> =>
  from(channel.publish(message)).pipe(
    map(({ serials }) => ({ text: columns('published', serials[0] ?? ''), json: { serials } })),
  );

const isDown = (state: string): boolean => state === 'failed' || state === 'suspended' || state === 'closed';
