import { expect } from 'chai';
import { NEVER, type Observable, of, Subject, throwError, VirtualTimeScheduler } from 'rxjs';
import { exitCodeOf } from '../../../lib/cli/exit.js';
import { type Publishing, publishLines } from '../../../lib/cli/lines/publish-lines.js';
import { type InputLine, wordsAsLines } from '../../../lib/cli/lines/split-lines.js';
import { Signal } from '../../../lib/cli/terminal.js';
import type { Shown } from '../../../lib/cli/command.js';
import { FakeTerminal } from '../../support/fake-terminal.js';

const done = (text: string): Shown => ({ text: `published  ${text}`, json: { id: text } });
const words = (amount: number): readonly string[] =>
  Array.from({ length: amount }, (_, at) => String(at + 1));

interface Ran {
  readonly lines: readonly string[];
  readonly code: number;
  readonly err: string;
}

async function run(
  publishing: Partial<Publishing> & Pick<Publishing, 'publish'>,
  terminal = new FakeTerminal(),
): Promise<Ran> {
  const lines: string[] = [];
  const printer = { isJson: true, print: ({ json }: Shown) => JSON.stringify(json) };
  const whole = {
    lines: wordsAsLines(words(3)),
    isBulk: true,
    window: 2,
    isOver: () => false,
    printer,
    ...publishing,
  };
  const end = await new Promise((resolve) => {
    publishLines(whole, terminal).subscribe({
      next: (line) => lines.push(line),
      error: resolve,
      complete: () => {
        resolve(undefined);
      },
    });
  });
  return { lines, code: end === undefined ? 0 : exitCodeOf(end), err: terminal.written.err };
}

describe('cli: publishing lines', () => {
  it('prints an outcome for each, and tells nothing where all are published', async () => {
    expect(await run({ publish: (text) => of(done(text)) })).deep.equal({
      lines: ['{"line":1,"id":"1"}', '{"line":2,"id":"2"}', '{"line":3,"id":"3"}'],
      code: 0,
      err: '',
    });
  });

  it('has no more of them under way than the window holds, and reads no further meanwhile', async () => {
    const seen = { read: 0, begun: 0, active: 0, most: 0, ahead: 0 };
    const lines = (async function* () {
      for await (const line of wordsAsLines(words(20))) {
        seen.read += 1;
        yield line;
      }
    })();
    const publish = async (text: string): Promise<Shown> => {
      seen.begun += 1;
      seen.active += 1;
      seen.most = Math.max(seen.most, seen.active);
      seen.ahead = Math.max(seen.ahead, seen.read - seen.begun);
      for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
      seen.active -= 1;
      return done(text);
    };
    const ran = await run({ lines, window: 3, publish });
    expect(ran.lines.map((line) => (JSON.parse(line) as { line: number }).line)).deep.equal(
      words(20).map(Number),
    );
    expect(seen).deep.equal({ read: 20, begun: 20, active: 0, most: 3, ahead: 0 });
  });

  it('goes on after one that is refused, counts both, and ends with 1', async () => {
    const publish = (text: string): Observable<Shown> =>
      text === '2' ? throwError(() => new Error('Too large.')) : of(done(text));
    expect(await run({ publish })).deep.equal({
      lines: [
        '{"line":1,"id":"1"}',
        '{"line":2,"error":{"name":"Error","message":"Too large."}}',
        '{"line":3,"id":"3"}',
      ],
      code: 1,
      err: '2 published, 1 not published.\n',
    });
  });

  it('does not publish a line that is no text, and goes on behind it', async () => {
    async function* lines(): AsyncGenerator<InputLine> {
      for (const [at, text] of ['a', undefined, 'c'].entries())
        yield await Promise.resolve({ number: at + 1, text });
    }
    const published: string[] = [];
    const publish = (text: string): Observable<Shown> => {
      published.push(text);
      return of(done(text));
    };
    const { lines: printed, code } = await run({ lines: lines(), publish });
    expect([published, code]).deep.equal([['a', 'c'], 1]);
    expect(printed[1]).match(/^\{"line":2,"error":\{"name":"Error","message":"The line is no text: /);
  });

  it('ends with 3 where the server may have one', async () => {
    const lost = Object.assign(new Error('Lost.'), { uncertain: true });
    const { code, err } = await run({ publish: () => throwError(() => lost) });
    expect([code, err]).deep.equal([3, '0 published, 3 perhaps published.\n']);
  });

  it('names the line that was not read where the connection has ended, and ends with 3', async () => {
    let over = false;
    const { lines, code, err } = await run({
      window: 1,
      isOver: () => over,
      publish: (text) => {
        over = true;
        return of(done(text));
      },
    });
    expect([lines.length, code, err]).deep.equal([1, 3, '1 published.\n']);
  });

  it('reads no further once it is stopped, waits for the answers, and ends with the code of the signal', async () => {
    const terminal = new FakeTerminal();
    const answer = new Subject<Shown>();
    const lines = (async function* () {
      yield { number: 1, text: 'a' };
      await new Promise(() => undefined); // a pipe into which nobody writes
    })();
    const publish = (text: string): Observable<Shown> => {
      queueMicrotask(() => {
        terminal.stop$.next(Signal.SIGINT);
        queueMicrotask(() => {
          answer.next(done(text));
          answer.complete();
        });
      });
      return answer;
    };
    expect(await run({ lines, publish }, terminal)).deep.equal({
      lines: ['{"line":1,"id":"a"}'],
      code: 130,
      err: '1 published.\n',
    });
  });

  it('names each line whose answer has not come when the wait for it ends, and counts it', async () => {
    const scheduler = new VirtualTimeScheduler();
    const terminal = new FakeTerminal({ scheduler });
    const publish = (text: string): Observable<Shown> => {
      if (text === '1') return of(done(text));
      queueMicrotask(() => {
        terminal.stop$.next(Signal.SIGINT);
        scheduler.flush();
      });
      return NEVER;
    };
    const { lines, code, err } = await run({ lines: wordsAsLines(words(5)), window: 3, publish }, terminal);
    const objects = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const error = {
      name: 'Unanswered',
      message: 'The command was stopped before the answer came: the server may have the message.',
      uncertain: true,
    };
    expect(objects[0]).deep.equal({ line: 1, id: '1' });
    expect(objects.slice(1)).deep.equal(objects.slice(1).map((_, at) => ({ line: at + 2, error })));
    expect([objects.length > 1, code, err]).deep.equal([
      ...[true, 130, `1 published, ${objects.length - 1} perhaps published.\n`],
    ]);
  });

  it('ends quietly where the reader of its outcomes has gone', async () => {
    const terminal = new FakeTerminal();
    terminal.stop$.next(Signal.SIGPIPE);
    expect(await run({ publish: () => NEVER }, terminal)).deep.equal({ lines: [], code: 141, err: '' });
  });

  it('tells people the number alone, and each failure by its line, over the progress', async () => {
    const terminal = new FakeTerminal({ isScreen: true });
    const printer = { isJson: false, print: ({ text }: Shown) => text };
    const publish = (text: string): Observable<Shown> =>
      text === '2' ? throwError(() => new Error('Too large.')) : of(done(text));
    expect(await run({ publish, printer }, terminal)).deep.equal({
      lines: [],
      code: 1,
      err: '\r\u001b[Kline 2: Too large.\n\r\u001b[K2 published, 1 not published.\n',
    });
  });

  it('tells people the outcome of each word of a command line', async () => {
    const terminal = new FakeTerminal({ isScreen: true });
    const printer = { isJson: false, print: ({ text }: Shown) => text };
    expect(await run({ isBulk: false, publish: (text) => of(done(text)), printer }, terminal)).deep.equal({
      lines: ['published  1', 'published  2', 'published  3'],
      code: 0,
      err: '',
    });
  });
});
