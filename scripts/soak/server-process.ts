import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ClientOptions } from '../../lib/index.js';
import type { ServerOrder, ServerWeight } from './server.js';

type Answer = { readonly value: unknown } | { readonly error: string };

/** The emulator's process. It ends when this one does, by losing its channel. */
export class ServerProcess {
  readonly #child: ChildProcess;
  #last: Promise<unknown> = Promise.resolve();
  readonly port: number;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  static async start(): Promise<ServerProcess> {
    const child = fork(fileURLToPath(new URL('./server.ts', import.meta.url)), {
      execArgv: ['--import', 'tsx/esm', '--expose-gc'],
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    return new ServerProcess(child, Number(await answerOf(child)));
  }

  /** Options of a client of this server. */
  get place(): ClientOptions {
    return {
      ...{ key: 'soak.key:secret', endpoint: '127.0.0.1', port: this.port, tls: false },
      log: () => undefined,
    };
  }

  async weigh(): Promise<ServerWeight> {
    return (await this.#order('weigh')) as ServerWeight;
  }

  /** Resolves with the number of connections that were dropped. */
  async dropAll(): Promise<number> {
    return (await this.#order('dropAll')) as number;
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.disconnect();
    await gone;
  }

  /** One after the other: the answers have no names. */
  #order(order: ServerOrder['do']): Promise<unknown> {
    const answer = this.#last.then(() => {
      this.#child.send({ do: order } satisfies ServerOrder);
      return answerOf(this.#child);
    });
    this.#last = answer.catch(() => undefined);
    return answer;
  }
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const [answer] = (await once(child, 'message')) as [Answer];
  if ('error' in answer) throw new Error(answer.error);
  return answer.value;
}
