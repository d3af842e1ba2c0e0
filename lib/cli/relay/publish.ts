import { from, map } from 'rxjs';
import type { Command } from '../command.js';
import { printerOf } from '../command.js';
import { UsageError } from '../exit.js';
import { publishLines } from '../lines/publish-lines.js';
import { splitLines, wordsAsLines } from '../lines/split-lines.js';
import { nameOf, numberOf, parsed } from '../parse.js';
import { onceConnected } from '../connecting.js';
import { relaySessionFlags, relaySessionUsage, withRelay } from './session.js';

const usage = `Usage: rx-realtime relay publish <topic> <text>... [options]
       rx-realtime relay publish <topic> --lines [options]

Publishes texts on a topic of a WalletConnect relay, and ends when the relay has accepted them.

  --ttl <seconds>        how long the relay keeps them for those who are away (default: 300)
  --tag <number>         the kind of message (default: 0)
  --lines                publishes each line of the standard input; one that is refused does not
                         stop the others, and each is counted
  --window <number>      publishes that may wait for their answer at once (default: 16)

${relaySessionUsage}
Example:
  rx-realtime relay publish $(openssl rand -hex 32) hello --emulator
`;

const flags = {
  ...relaySessionFlags,
  ttl: { type: 'string' },
  tag: { type: 'string' },
  lines: { type: 'boolean', default: false },
  window: { type: 'string' },
} as const;

const largest = 2 ** 32 - 1;

/** Publishes texts or lines on a relay. */
export const relayPublish: Command = {
  usage,
  run: (args, terminal) => {
    const { values, positionals } = parsed(args, flags);
    const [topic, ...words] = positionals;
    const { lines: isBulk } = values;
    if (topic === undefined) throw new UsageError('There is no topic: give the one to publish on.');
    nameOf('topic', topic);
    if (isBulk && words.length > 0)
      throw new UsageError('Texts are given twice: leave them out, or leave out --lines.');
    if (!isBulk && words.length === 0)
      throw new UsageError(
        'There is no text: give one, or --lines to publish the lines of the standard input.',
      );
    const ttl = numberOf('ttl', values.ttl, [1, largest]) ?? 300;
    const tag = numberOf('tag', values.tag, [0, largest]) ?? 0;
    const window = numberOf('window', values.window, [1, 1000]) ?? 16;
    return withRelay(values, terminal, (session) =>
      onceConnected(session, () => {
        const { client } = session;
        return publishLines(
          {
            lines: isBulk ? splitLines(terminal.input) : wordsAsLines(words),
            ...{ isBulk, window },
            publish: (text) =>
              from(client.publish(topic, text, { ttl, tag })).pipe(
                map(({ id }) => ({ text: `published  ${id}`, json: { id } })),
              ),
            isOver: () => client.connection.state === 'failed' || client.connection.state === 'closed',
            printer: printerOf(values, terminal),
          },
          terminal,
        );
      }),
    );
  },
};
