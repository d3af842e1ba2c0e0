import { ignoreElements, map, merge, type Observable, take, tap } from 'rxjs';
import type { RelayClient, RelayMessage } from '../../relay/index.js';
import { type Command, endless, finite, note, printerOf, type Shown } from '../command.js';
import { UsageError } from '../exit.js';
import { nameOf, numberOf, parsed } from '../parse.js';
import { columns, shown, timeOfDay } from '../printable.js';
import type { Terminal } from '../terminal.js';
import { onceConnected } from '../connecting.js';
import { relaySessionFlags, relaySessionUsage, withRelay } from './session.js';

const usage = `Usage: rx-realtime relay subscribe <topic>... [options]

Prints the messages of topics of a WalletConnect relay until Ctrl-C, which ends with 0. What is
printed is acknowledged to the relay, and does not come again.

  -n, --count <number>   ends after so many messages

${relaySessionUsage}
Example:
  rx-realtime relay subscribe $TOPIC --emulator | jq -r .message
`;

const flags = { ...relaySessionFlags, count: { type: 'string', short: 'n' } } as const;

/** Prints the messages of topics of a relay. */
export const relaySubscribe: Command = {
  usage,
  run: (args, terminal) => {
    const { values, positionals: topics } = parsed(args, flags);
    if (topics.length === 0) throw new UsageError('There is no topic: give one or more to subscribe to.');
    topics.forEach((topic) => nameOf('topic', topic));
    const count = numberOf('count', values.count, [1, 1e9]);
    const { print } = printerOf(values, terminal);
    const whole = count === undefined ? endless(terminal) : finite(terminal);
    return withRelay(values, terminal, (session) =>
      onceConnected(session, () => {
        const message$ = merge(
          ...topics.map((topic) =>
            merge(session.client.channel(topic).messages$, told(session.client, topic, terminal)),
          ),
        );
        const line$ = message$.pipe(map((message) => print(lineOf(message, topics.length > 1))));
        return count === undefined ? line$ : line$.pipe(take(count));
      }).pipe(whole),
    );
  },
};

const lineOf = (message: RelayMessage, isOneOfMany: boolean): Shown => ({
  text: columns(
    timeOfDay(message.publishedAt),
    isOneOfMany ? `${message.topic.slice(0, 8)}…` : undefined,
    message.tag === 0 ? undefined : `tag ${String(message.tag)}`,
    shown(message.message),
  ),
  json: message,
});

/** Tells when the relay has confirmed a topic; emits nothing. */
const told = (client: RelayClient, topic: string, terminal: Terminal): Observable<never> =>
  client.channel(topic).state$.pipe(
    tap((state) => {
      if (state === 'active') note(terminal, `Listening on ${topic}. Ctrl-C ends it.`);
    }),
    ignoreElements(),
  );
