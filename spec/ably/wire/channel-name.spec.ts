import { expect } from 'chai';
import { isSegment } from '../../../lib/ably/wire/channel-name.js';
import { json } from '../../../lib/codec/json.js';
import { fakeAbly } from '../../support/fake-ably.js';
import { codesOf, thrownBy } from '../../support/thrown.js';

const wrong: readonly (readonly [name: unknown, found: string])[] = [
  [undefined, 'of type undefined'],
  [null, 'null'],
  [7, 'of type number'],
  [{ name: 'a' }, 'of type object'],
  ['', 'empty'],
  ['a\uD83D', 'cut in the middle'],
  ['\uDE00a', 'cut in the middle'],
];

describe('the name of a channel', () => {
  for (const [name, found] of wrong)
    it(`RTS3a, RTS5a: is not ${JSON.stringify(name)}`, () => {
      const { client } = fakeAbly(json);
      for (const deed of [
        () => client.channel(name as string),
        () => client.derivedChannel(name as string, { filter: 'name' }),
      ]) {
        const error = thrownBy(deed);
        expect(codesOf(error)).to.deep.equal({ code: 40010, statusCode: 400 });
        expect(String(error)).to.contain(found);
      }
      expect(client.channels.size).to.equal(0);
      void client.dispose();
    });

  it('RTS3a: is any other text', () => {
    const { client } = fakeAbly(json);
    for (const name of [' ', '.', '..', 'a/b', 'ä\u{1F600}', '[?rewind=1]a', 'constructor', '__proto__'])
      expect(client.channel(name).name).to.equal(name);
    void client.dispose();
  });

  it('is a part of a path where it leads nowhere else', () => {
    for (const text of ['', '.', '..', '\uD83D', '\uDE00\uD83D'])
      expect(isSegment(text), text).to.equal(false);
    for (const text of ['...', '. ', '%2E', '\u{1F600}', 'a/..'])
      expect(isSegment(text), text).to.equal(true);
  });
});
