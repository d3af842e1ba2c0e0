import { expect } from 'chai';
import { checkFilter, matcherFor, type MessageFilter, namesIn } from '../../../lib/ably/messages/filter.js';
import { Message } from '../../../lib/ably/wire/message.js';

const message = (wire: object): Message => Message.fromEncoded(wire);
const reply = message({ name: 'n', clientId: 'c', extras: { ref: { timeserial: 't', type: 'reply' } } });

describe('matcherFor', () => {
  const table: readonly (readonly [filter: MessageFilter, isMet: boolean])[] = [
    [{}, true],
    [{ isRef: true }, true],
    [{ isRef: false }, false],
    [{ refTimeserial: 't', refType: 'reply' }, true],
    [{ refTimeserial: 't', refType: 'other' }, false],
    [{ refTimeserial: 'other' }, false],
    [{ name: 'n', clientId: 'c' }, true],
    [{ name: 'n', clientId: 'd' }, false],
    [{ name: 'm' }, false],
  ];
  for (const [filter, isMet] of table)
    it(`RTL22a, RTL22b, RTL22c: ${JSON.stringify(filter)} ${isMet ? 'takes' : 'refuses'} a reply of c`, () => {
      expect(matcherFor(filter)(reply)).to.equal(isMet);
    });

  it('MFI2: takes null for a field that is left out', () => {
    const nothing = { isRef: null, refTimeserial: null, refType: null, name: null, clientId: null };
    expect(matcherFor(nothing)(reply)).to.equal(true);
  });

  it('RTL22a: takes extras without an object `ref` for no reference', () => {
    for (const extras of [undefined, null, 'text', {}, { ref: null }, { ref: 'text' }])
      expect(matcherFor({ isRef: false })(message({ extras })), String(extras)).to.equal(true);
  });

  it('RTL7b: matches names, and no message without a name', () => {
    expect([matcherFor('n')(reply), matcherFor(['m', 'n'])(reply), matcherFor([])(reply)]).to.deep.equal([
      ...[true, true, false],
    ]);
    expect(matcherFor('n')(message({ data: 'd' }))).to.equal(false);
  });
});

describe('namesIn', () => {
  it('RTL7b: lists the names, and nothing for a filter', () => {
    expect([namesIn('a'), namesIn(['a', 'b']), namesIn({ name: 'a' })]).to.deep.equal([
      ...[['a'], ['a', 'b'], undefined],
    ]);
  });
});

describe('checkFilter', () => {
  it('MFI1: warns of a field that filters do not have, and of no name', () => {
    const logged: string[] = [];
    const log = (_: string, { message: text }: { readonly message: string }): void => void logged.push(text);
    checkFilter({ clientID: 'c' } as never, log);
    checkFilter({ isRef: true, refTimeserial: 't', refType: 'r', name: 'n', clientId: 'c' }, log);
    checkFilter(['clientID'], log);
    expect(logged).to.deep.equal(['There is no field "clientID" in a message filter: write "clientId".']);
  });
});
