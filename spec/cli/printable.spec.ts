import { expect } from 'chai';
import { columns, jsonData, jsonLine, printable, shown } from '../../lib/cli/printable.js';

describe('cli: what is printed', () => {
  const hostile = 'a\u001b[2Jb\u009b2Jc\u0007\r\n\td\u2028\u202ee\u007f';

  it('shows a text of others in one line that does nothing to a terminal', () => {
    expect(printable(hostile)).equal(String.raw`a\u001b[2Jb\u009b2Jc\u0007\r\n\td\u2028\u202ee\u007f`);
    expect(printable('Grüße, 世界 🎉')).equal('Grüße, 世界 🎉');
  });

  it('writes JSON that says the same', () => {
    const line = jsonLine({ [hostile]: [hostile] });
    expect(line).match(/^[\x20-\x7e]+$/);
    expect(JSON.parse(line)).deep.equal({ [hostile]: [hostile] });
  });

  it('shows data by their kind', () => {
    expect(['x\n', { a: 1 }, [1], undefined, null].map(shown)).deep.equal(['x\\n', '{"a":1}', '[1]', '', '']);
    expect(shown(new Uint8Array([1, 2, 3]))).equal('<3 bytes> AQID');
  });

  it('RSL4d1: puts bytes into JSON as base64, over what could not be decoded', () => {
    const bytes = new Uint8Array([1, 2, 3]);
    expect(jsonData(bytes, undefined)).deep.equal({ data: 'AQID', encoding: 'base64' });
    expect(jsonData(bytes, 'vcdiff')).deep.equal({ data: 'AQID', encoding: 'vcdiff/base64' });
    expect(jsonData('x', undefined)).deep.equal({ data: 'x', encoding: undefined });
  });

  it('leaves out words that are not there', () => {
    expect(columns('a', undefined, '', 'b')).equal('a  b');
  });
});
