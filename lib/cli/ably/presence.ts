import { concatMap, defer, from, map, merge, NEVER, type Observable, of } from 'rxjs';
import type { RealtimeChannel } from '../../index.js';
import { type Command, endless, finite, printerOf, type Printer } from '../command.js';
import { UsageError } from '../exit.js';
import { nameOf, parsed, refuse } from '../parse.js';
import { columns, printable } from '../printable.js';
import { dataOf, presenceLine } from './message-json.js';
import { onceConnected } from '../connecting.js';
import { sessionFlags, sessionUsage, withClient } from './session.js';

const usage = `Usage: rx-realtime presence <channel> [options]

Prints the members of a channel.

  --watch                goes on with each enter, update and leave, until Ctrl-C
  --enter                is present as --client-id until Ctrl-C, which leaves and ends with 0
  --data <data>          what the member says of itself: JSON, or text

${sessionUsage}
Examples:
  rx-realtime presence room --emulator
  rx-realtime presence room --watch | jq .clientId
  rx-realtime presence room --enter --client-id ann --data '{"status":"busy"}'
`;

const flags = {
  ...sessionFlags,
  watch: { type: 'boolean', default: false },
  enter: { type: 'boolean', default: false },
  data: { type: 'string' },
} as const;

/** Prints the members of a channel, and may be one. */
export const presence: Command = {
  usage,
  run: (args, terminal) => {
    const { values, positionals } = parsed(args, flags);
    const [name, extra] = positionals;
    if (name === undefined) throw new UsageError('There is no channel: name the one whose members you want.');
    nameOf('channel', name);
    if (extra !== undefined) throw new UsageError(`The argument "${extra}" is one too many.`);
    const { enter, watch, data, 'client-id': clientId, token } = values;
    if (!enter) refuse(values, ['data'], 'belongs to a member: add --enter');
    if (enter && clientId === undefined && token === undefined)
      throw new UsageError('A member needs a name: give one with --client-id.');
    const printer = printerOf(values, terminal);
    const whole = enter || watch ? endless(terminal) : finite(terminal);
    return withClient(values, terminal, (session) =>
      onceConnected(session, () => {
        const channel = session.client.channel(name);
        const held$ = enter ? held(channel, data, printer) : NEVER;
        if (watch) return merge(events(channel, printer), held$);
        return enter ? held$ : members(channel, printer);
      }).pipe(whole),
    );
  },
};

const members = (channel: RealtimeChannel, { print }: Printer): Observable<string> =>
  defer(() => from(channel.presence.get())).pipe(
    concatMap((all) => all.map((member) => print(presenceLine(channel.name, member)))),
  );

const events = (channel: RealtimeChannel, { print }: Printer): Observable<string> =>
  channel.presence.events$.pipe(map((event) => print(presenceLine(channel.name, event))));

const held = (channel: RealtimeChannel, data: string | undefined, { print }: Printer): Observable<string> =>
  channel.presence
    .hold(of(data === undefined ? undefined : dataOf(data, false)))
    .pipe(
      map((status) =>
        print({ text: columns(status, printable(channel.name)), json: { channel: channel.name, status } }),
      ),
    );
