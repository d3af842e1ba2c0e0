import { concatMap, map, take, timer } from 'rxjs';
import { type Command, finite, printerOf } from '../command.js';
import { UsageError } from '../exit.js';
import { numberOf, parsed } from '../parse.js';
import { onceConnected } from '../connecting.js';
import { sessionFlags, sessionUsage, withClient } from './session.js';

const usage = `Usage: rx-realtime ping [options]

Prints the time that a frame takes to the server and back.

  -n, --count <number>   so many times, once a second (default: 1)

${sessionUsage}
Examples:
  rx-realtime ping --emulator
  rx-realtime ping --count 5 | jq .ms
`;

const flags = { ...sessionFlags, count: { type: 'string', short: 'n' } } as const;

/** Milliseconds between two pings. */
const pause = 1000;

/** Measures the way to the server and back. */
export const ping: Command = {
  usage,
  run: (args, terminal) => {
    const { values, positionals } = parsed(args, flags);
    if (positionals[0] !== undefined)
      throw new UsageError(`The argument "${positionals[0]}" is one too many.`);
    const count = numberOf('count', values.count, [1, 1e9]) ?? 1;
    const { print } = printerOf(values, terminal);
    return withClient(values, terminal, (session) =>
      onceConnected(session, () =>
        timer(0, pause, terminal.scheduler).pipe(
          take(count),
          concatMap(() => session.client.ping()),
          map((ms) => print({ text: `${String(ms)} ms`, json: { ms } })),
        ),
      ).pipe(finite(terminal)),
    );
  },
};
