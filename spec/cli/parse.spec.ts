import { expect } from 'chai';
import { UsageError } from '../../lib/cli/exit.js';
import { durationOf, jsonIn, numberOf, parsed, portOf, withDefault } from '../../lib/cli/parse.js';

describe('cli: parsing', () => {
  const defaults: readonly (readonly [args: string, made: string])[] = [
    ['chat --emulator', 'chat --emulator=8080'],
    ['--emulator chat', '--emulator=8080 chat'],
    ['--emulator 9000 chat', '--emulator=9000 chat'],
    ['--emulator=9000 chat', '--emulator=9000 chat'],
    ['chat --emulator --json', 'chat --emulator=8080 --json'],
    ['chat -- --emulator', 'chat -- --emulator'],
    ['chat', 'chat'],
  ];
  for (const [args, made] of defaults)
    it(`reads "${args}" as "${made}"`, () => {
      expect(withDefault(args.split(' '), '--emulator', '8080')).deep.equal(made.split(' '));
    });

  it('gives whole numbers between their bounds, and undefined where the flag is not given', () => {
    expect(numberOf('n', '16', [1, 16])).equal(16);
    expect(numberOf('n', undefined, [1, 16])).equal(undefined);
  });

  for (const text of ['0', '17', '1.5', '-1', '', 'x', '1e3', ' 1'])
    it(`refuses the number "${text}", and says the bounds`, () => {
      expect(() => numberOf('window', text, [1, 16])).throws(UsageError, /--window is ".*from 1 to 16/);
    });

  it('reads durations by their unit', () => {
    const texts = ['500ms', '10s', '5m', '2h', '1d', '10', 's', '1.5h', '-1s'];
    expect(texts.map(durationOf)).deep.equal([
      ...[500, 10_000, 300_000, 7_200_000, 86_400_000],
      ...[undefined, undefined, undefined, undefined],
    ]);
  });

  it('gives ports', () => {
    expect([portOf('0'), portOf('65535')]).deep.equal([0, 65535]);
    expect(() => portOf('65536')).throws(UsageError, /0 to 65535/);
  });

  it('names the flag whose JSON is none, and not the text', () => {
    expect(jsonIn('extras', '{"a":1}')).deep.equal({ a: 1 });
    expect(() => jsonIn('extras', 'hush')).throws(UsageError, /^(?!.*hush).*--extras is not JSON/);
  });

  it('names a flag that there is not', () => {
    expect(() => parsed(['--wat'], {})).throws(UsageError, /--wat/);
  });
});
