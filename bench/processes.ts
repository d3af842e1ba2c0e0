import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { compiled } from './compiled.js';
import type { ContestantName, Place } from './contestants/contestant.js';
import type { ClientOrder, Format, ServerOrder } from './messages.js';

type Answer = { readonly ready: true } | { readonly value: unknown } | { readonly error: string };

/** No single order takes this many ms, unless it is known to; one that does has failed. */
const usualPatience = 90_000;

/** The failure of a child process, and of which contestant it is, if of any. */
export class WorkerError extends Error {
  readonly contestant: ContestantName | undefined;
  readonly why: string;

  constructor(what: string, why: string, contestant: ContestantName | undefined) {
    super(`${what}: ${why}`);
    this.contestant = contestant;
    this.why = why;
  }
}

/** A child process that takes one order at a time. It ends when we do, by losing its channel. */
export class Worker<Order extends { readonly do: string }> {
  readonly #child: ChildProcess;
  readonly #what: string;
  readonly #contestant: ContestantName | undefined;
  readonly #patience: number;

  constructor(file: string, contestant?: ContestantName, patience = usualPatience) {
    const args = contestant === undefined ? [] : [contestant];
    this.#patience = patience;
    this.#contestant = contestant;
    this.#what = [file, ...args].join(' ');
    const start = compiled(file);
    this.#child = fork(start.file, args, {
      execArgv: [...start.execArgv, '--expose-gc', ...(process.env['BENCH_NODE_OPTIONS']?.split(' ') ?? [])],
      stdio: ['ignore', 2, 2, 'ipc'],
    });
  }

  /** Resolves with the next answer. */
  answer(to: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const child = this.#child;
      const timer = setTimeout(() => fail('took too long'), this.#patience);
      const settle = (): void => {
        clearTimeout(timer);
        child.off('message', take);
        child.off('exit', exited);
      };
      const fail = (why: string): void => {
        settle();
        reject(new WorkerError(`${this.#what}, ${to}`, why, this.#contestant));
      };
      const exited = (code: number | null): void => fail(`ended with ${code}`);
      const take = (answer: Answer): void => {
        if ('error' in answer) return fail(answer.error);
        settle();
        resolve(answer);
      };
      child.on('message', take);
      child.on('exit', exited);
      if (child.exitCode !== null) exited(child.exitCode);
    });
  }

  async order<T>(order: Order): Promise<T> {
    const answer = this.answer(order.do);
    this.#child.send(order);
    return ((await answer) as { readonly value: T }).value;
  }

  /** For orders that say when they are ready; `trigger` then makes happen what they wait for. */
  async orderThen<T>(order: Order, trigger: () => Promise<unknown>): Promise<T> {
    const ready = this.answer(`${order.do}, getting ready`);
    this.#child.send(order);
    await ready;
    const [answer] = await Promise.all([this.answer(order.do), trigger()]);
    return (answer as { readonly value: T }).value;
  }

  /** Lets it go; it ends by itself (and writes its profile, where one is taken), or is made to. */
  async end(): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const killing = setTimeout(() => child.kill('SIGKILL'), 2_000);
    const gone = once(child, 'exit');
    if (child.connected) child.disconnect();
    await gone;
    clearTimeout(killing);
  }
}

/** A contestant, connected to a session of its own on the server. */
export class Lane {
  readonly contestant: ContestantName;
  readonly port: number;
  readonly #client: Worker<ClientOrder>;
  readonly #server: Worker<ServerOrder>;

  constructor(
    contestant: ContestantName,
    port: number,
    client: Worker<ClientOrder>,
    server: Worker<ServerOrder>,
  ) {
    this.contestant = contestant;
    this.port = port;
    this.#client = client;
    this.#server = server;
  }

  order<T>(order: ClientOrder): Promise<T> {
    return this.#client.order(order);
  }

  /** Has the server get something ready. */
  prepareBy(order: ServerOrder): Promise<unknown> {
    return this.#server.order(order);
  }

  orderThenServer<T>(order: ClientOrder, then: ServerOrder): Promise<T> {
    return this.#client.orderThen(order, () => this.#server.order(then));
  }

  async end(): Promise<void> {
    await this.#client.end();
  }
}

/** All that run; `end()` leaves none of them. */
export class Processes {
  readonly #server = new Worker<ServerOrder>('./server.ts');
  readonly #lanes = new Set<Lane>();

  /** Has the server listen; answers with the port. */
  listen(format: Format): Promise<number> {
    return this.#server.order<number>({ do: 'open', format });
  }

  /** Has the server listen on that port no more. */
  shut(port: number): Promise<unknown> {
    return this.#server.order({ do: 'shut', port });
  }

  /** A contestant, connected to that port. */
  async lane(contestant: ContestantName, { port, format, speciality }: Place): Promise<Lane> {
    const client = new Worker<ClientOrder>('./client.ts', contestant);
    const lane = new Lane(contestant, port, client, this.#server);
    this.#lanes.add(lane);
    await client.answer('starting');
    await lane.order({ do: 'connect', port, format, speciality });
    return lane;
  }

  /** Ends the contestants; the server stays for the next ones. */
  async endLanes(): Promise<void> {
    await Promise.all([...this.#lanes].map((lane) => lane.end()));
    for (const { port } of this.#lanes) await this.shut(port);
    this.#lanes.clear();
  }

  async end(): Promise<void> {
    await this.endLanes();
    await this.#server.end();
  }
}
