import {
  combineLatest,
  defer,
  filter,
  firstValueFrom,
  interval,
  map,
  merge,
  type Observable,
  of,
  scan,
  share,
  startWith,
  switchMap,
  take,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import { createEmulator, listen } from '../lib/emulator/index.js';
import { RealtimeClient } from '../lib/index.js';

/** The server goes away for some seconds and comes back. Ends with code 0 only if nothing was lost on the way. */
const pace = 100;
const lasts = 9000;
const killedAt = 2000;
const backAt = 5500;
const total = lasts / pace;
const patience = 10_000;

const emulator = createEmulator();
let server = await listen({ emulator });
const { host: endpoint, port, key } = server;
const options = { key, endpoint, port, tls: false, disconnectedRetryTimeout: 1000, log: () => undefined };
const [sender, receiver] = [new RealtimeClient(options), new RealtimeClient(options)];

/** The state, and while it waits for the next attempt, a countdown. */
const stateOf = ({ connection }: RealtimeClient): Observable<string> =>
  connection.changes$.pipe(
    switchMap(({ current, retryIn }) =>
      retryIn === undefined
        ? of(current)
        : interval(pace).pipe(
            startWith(-1),
            map(
              (tick) =>
                `${current}, next try in ${(Math.max(0, retryIn - (tick + 1) * pace) / 1000).toFixed(1)} s`,
            ),
          ),
    ),
    startWith(connection.state),
  );
const counted = (source$: Observable<unknown>): Observable<number> =>
  source$.pipe(
    scan((count) => count + 1, 0),
    startWith(0),
  );

const channel = receiver.channel('outage');
const tick$ = defer(() => channel.attach()).pipe(
  switchMap(() => interval(pace)),
  take(total),
  share(),
);
const acknowledged$ = tick$.pipe(
  map((tick) => sender.channel('outage').publish('tick', String(tick))), // sends or queues; the order is the outbox's
  scan((results, result) => [...results, result], [] as Promise<unknown>[]),
);
const received$ = channel.messages$.pipe(
  map(({ data }) => Number(data)),
  scan((numbers, number) => [...numbers, number], [] as readonly number[]),
  startWith([] as readonly number[]),
  share(),
);
const server$ = merge(
  of('up'),
  timer(killedAt).pipe(
    switchMap(() => server.close()),
    map(() => 'killed'),
  ),
  timer(backAt).pipe(
    switchMap(() => listen({ emulator, port })),
    tap((again) => {
      server = again;
    }),
    map(() => 'back'),
  ),
);

/** One line that is drawn over and over on a terminal, and a line per change elsewhere. */
const draw = (line: string): void => {
  if (process.stdout.isTTY) process.stdout.write(`\r\u001b[2K${line}`);
  else console.log(line);
};

const over$ = received$.pipe(filter((numbers) => numbers.length >= total));
const screen = combineLatest([server$, stateOf(sender), stateOf(receiver), counted(tick$), received$])
  .pipe(takeUntil(merge(over$.pipe(switchMap(() => timer(300))), timer(lasts + patience))))
  .subscribe(([up, sending, receiving, sent, numbers]) => {
    draw(
      `server ${up} | sender ${sending} | receiver ${receiving} | published ${sent}, received ${numbers.length}`,
    );
  });
const results = firstValueFrom(acknowledged$.pipe(filter(({ length }) => length === total)));
const numbers = await firstValueFrom(
  merge(
    over$.pipe(switchMap((all) => timer(300).pipe(map(() => all)))),
    timer(lasts + patience).pipe(map(() => [])),
  ),
);
const acknowledged = (await Promise.allSettled(await results)).filter(
  ({ status }) => status === 'fulfilled',
).length;
screen.unsubscribe();
await Promise.all([sender.dispose(), receiver.dispose()]);
await server.close();
emulator.dispose();
const ok =
  numbers.length === total && numbers.every((number, index) => number === index) && acknowledged === total;
console.log(
  `\n${ok ? 'nothing lost' : 'SOMETHING WAS LOST'}: published ${total}, acknowledged ${acknowledged}, received ${numbers.length}`,
);
process.exitCode = ok ? 0 : 1;
