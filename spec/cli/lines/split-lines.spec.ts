import { expect } from 'chai';
import { longestLine, splitLines } from '../../../lib/cli/lines/split-lines.js';

async function* chunks(...parts: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts)
    yield await Promise.resolve(typeof part === 'string' ? new TextEncoder().encode(part) : part);
}

async function linesOf(...parts: readonly (string | Uint8Array)[]): Promise<readonly unknown[]> {
  const lines: unknown[] = [];
  for await (const { number, text } of splitLines(chunks(...parts))) lines.push([number, text]);
  return lines;
}

describe('cli: lines of the input', () => {
  it('are told by their line feeds, wherever the pieces are cut', async () => {
    const whole = 'a\nbc\r\n\nd';
    const expected = [
      [1, 'a'],
      [2, 'bc'],
      [3, ''],
      [4, 'd'],
    ];
    expect(await linesOf(whole)).deep.equal(expected);
    expect(await linesOf(...whole)).deep.equal(expected);
    expect(await linesOf('a\nbc', '\r', '\n\nd', '')).deep.equal(expected);
  });

  it('are none where nothing comes, and none behind the last line feed', async () => {
    expect(await linesOf()).deep.equal([]);
    expect(await linesOf('a\n')).deep.equal([[1, 'a']]);
  });

  it('are UTF-8, also where a letter is cut', async () => {
    const bytes = new TextEncoder().encode('é\u{1f389}\n');
    expect(await linesOf(...Array.from(bytes, (byte) => new Uint8Array([byte])))).deep.equal([
      [1, 'é\u{1f389}'],
    ]);
  });

  it('are no text where they are not UTF-8, or too long, and the next one is read all the same', async () => {
    expect(await linesOf(new Uint8Array([0xff, 10]), 'b\n')).deep.equal([
      [1, undefined],
      [2, 'b'],
    ]);
    expect(await linesOf('x'.repeat(longestLine), 'x', '\nb')).deep.equal([
      [1, undefined],
      [2, 'b'],
    ]);
  });

  it('keeps a byte order mark, which is a letter of its line', async () => {
    expect(await linesOf('\ufeffa')).deep.equal([[1, '\ufeffa']]);
  });
});
