import { expect } from 'chai';
import { OutputWatch } from './output-watch.js';
import { emulatorKey } from './secrets.js';

describe('OutputWatch', () => {
  const watched = () => {
    const written: unknown[][] = [];
    const stream = {
      write: (...args: unknown[]): boolean => {
        written.push(args);
        return false;
      },
    };
    const output = new OutputWatch();
    output.watch('paper', stream);
    return { output, stream, written };
  };

  it('hands everything on as it came', () => {
    const { output, stream, written } = watched();
    const done = (): void => undefined;
    const bytes = new Uint8Array([104, 105]);
    expect([stream.write('a', 'utf8', done), stream.write(bytes, done)]).to.deep.equal([false, false]);
    expect(written).to.deep.equal([
      ['a', 'utf8', done],
      [bytes, done],
    ]);
    expect(output.findings).to.deep.equal([]);
  });

  it('says what was written, where and when, once', () => {
    const { output, stream } = watched();
    stream.write(emulatorKey);
    output.enter('during a spec');
    stream.write('nothing');
    stream.write(Buffer.from(emulatorKey).toString('hex'), 'hex');
    stream.write(Buffer.from(emulatorKey));
    expect(output.findings).to.deep.equal([
      'a key, on paper, before the first spec',
      'a key, on paper, during a spec',
    ]);
  });

  it('sees through colours and through what is cut within a character', () => {
    const { output, stream } = watched();
    const [first = 0, ...rest] = Buffer.from('é');
    stream.write(Uint8Array.of(first));
    stream.write(Uint8Array.from(rest));
    stream.write(`app.\u001b[31mkey:\u001b[0m${emulatorKey.slice(8)}`);
    expect(output.findings).to.have.length(1);
  });
});
