import { asyncScheduler, ReplaySubject } from 'rxjs';
import { main } from '../../lib/cli/main.js';
import type { Signal, Terminal } from '../../lib/cli/terminal.js';

/** What a command is given, and all of it may be left out. */
interface Given extends Partial<Pick<Terminal, 'env' | 'network' | 'scheduler'>> {
  readonly input?: AsyncIterable<Uint8Array> | readonly string[];
  /** True where results, and what is told beside them, go to a screen. */
  readonly isScreen?: boolean;
}

/** A terminal that remembers what was written to it. */
export class FakeTerminal implements Terminal {
  readonly env: Terminal['env'];
  readonly network: Terminal['network'];
  readonly scheduler: Terminal['scheduler'];
  readonly input: AsyncIterable<Uint8Array>;
  readonly stop$ = new ReplaySubject<Signal>(1);
  readonly written = { out: '', err: '' };
  readonly out: Terminal['out'];
  readonly err: Terminal['err'];
  /** Called with each piece that is written to stdout. */
  onOut: (text: string) => void = () => undefined;

  constructor({
    env = {},
    network = {},
    scheduler = asyncScheduler,
    input = [],
    isScreen = false,
  }: Given = {}) {
    this.env = env;
    this.network = network;
    this.scheduler = scheduler;
    this.input = Symbol.asyncIterator in input ? input : chunksOf(input);
    const writer = (name: 'out' | 'err'): Terminal['out'] => ({
      isTerminal: isScreen,
      write: (text) => {
        this.written[name] += text;
        if (name === 'out') this.onOut(text);
      },
    });
    this.out = writer('out');
    this.err = writer('err');
  }

  /** The lines of stdout. */
  get lines(): readonly string[] {
    return this.written.out.split('\n').slice(0, -1);
  }

  /** The lines of stdout, read as JSON. */
  get objects(): readonly Readonly<Record<string, unknown>>[] {
    return this.lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  }

  run(...args: readonly string[]): Promise<number> {
    return main(args, this);
  }
}

async function* chunksOf(texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield await Promise.resolve(new TextEncoder().encode(text));
}
