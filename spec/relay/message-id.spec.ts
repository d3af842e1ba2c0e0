import { expect } from 'chai';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { of, toArray } from 'rxjs';
import { messageId, withMessageId } from '../../lib/relay/message-id.js';
import { runs } from '../support/runs.js';

const hello = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';

describe('messageId', () => {
  it('is the SHA-256 of the UTF-8, in lower-case hexadecimal', () => {
    expect(messageId('hello')).to.equal(hello);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        expect(messageId(text)).to.equal(createHash('sha256').update(text, 'utf8').digest('hex'));
      }),
      runs(500, 1),
    );
  });
});

describe('withMessageId', () => {
  it('gives each text its id', () => {
    const seen: unknown[] = [];
    of('hello')
      .pipe(withMessageId(), toArray())
      .subscribe((all) => seen.push(...all));
    expect(seen).to.deep.equal([{ id: hello, message: 'hello' }]);
  });

  it('gives an object with a message an id', () => {
    const seen: { readonly topic: string; readonly id: string }[] = [];
    of({ topic: 't', message: 'hello' })
      .pipe(withMessageId())
      .subscribe((found) => seen.push(found));
    expect(seen).to.deep.equal([{ topic: 't', message: 'hello', id: hello }]);
  });

  it('gives an object that has another id the right one, and changes nothing of the object itself', () => {
    const given = { id: 'mine', message: 'hello' };
    const seen: unknown[] = [];
    of(given)
      .pipe(withMessageId())
      .subscribe((found) => seen.push(found));
    expect(seen).to.deep.equal([{ id: hello, message: 'hello' }]);
    expect(given.id).to.equal('mine');
  });
});
