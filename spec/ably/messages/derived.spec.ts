import { expect } from 'chai';
import { search } from '@jmespath-community/jmespath';
import { checkFilter, derivedName } from '../../../lib/ably/messages/derived.js';
import { codecs, life } from '../../support/fake-ably.js';
import { codesOf, thrownBy } from '../../support/thrown.js';

/** What is logged of a filter. */
function loggedOf(filter: string): readonly string[] {
  const logged: string[] = [];
  checkFilter({ filter }, (level, { message }) => logged.push(`${level}: ${message}`));
  return logged;
}

describe('the filter of a derived channel', () => {
  for (const filter of [
    '!headers.muted',
    'name && ! headers . muted',
    '!headers.muted == `true`',
    '!"headers"."muted"',
    '!list[0].muted',
    "name == 'a' && !headers.muted",
  ])
    it(`RTS5: ${filter} passes nothing, and is warned of`, () => {
      expect(search({ name: 'a', headers: {}, list: [{}] }, filter)).to.be.oneOf([null, false]);
      expect(loggedOf(filter)).to.have.length(1);
    });

  it('RTS5: the warning says how to write it', () => {
    expect(loggedOf('!headers.muted')).to.deep.equal([
      'warn: The filter has "!headers.muted", which JMESPath reads as a field of "!headers": that is null. Write "!(headers.muted)".',
    ]);
  });

  for (const filter of [
    '!(headers.muted)',
    '!name',
    'headers.a != headers.b',
    '!contains(name, headers.a)',
    "name == '!headers.muted'",
    'name == `"!headers.muted"`',
    "name == 'it\\'s !headers.muted'",
    'headers.league == `"A"`',
    '!list[0]',
  ])
    it(`RTS5: ${filter} is not warned of`, () => {
      expect(loggedOf(filter)).to.deep.equal([]);
    });
});

describe('derivedName', () => {
  for (const [name, derived] of [
    ['a', '[filter=bmFtZQ==]a'],
    ['[?rewind=1]a', '[filter=bmFtZQ==?rewind=1]a'],
    ['[?rewind=1?2&x=?]a', '[filter=bmFtZQ==?rewind=1?2&x=?]a'],
    ['[?]a]b', '[filter=bmFtZQ==?]a]b'],
  ] as const)
    it(`RTS5a1, RTS5a2: derives ${derived} from ${name}, with all of its params`, () => {
      expect(derivedName(name, { filter: 'name' })).to.equal(derived);
    });

  it('RTS5: refuses a channel that is qualified already, and a filter that is none', () => {
    const seen = [
      () => derivedName('[meta]a', { filter: 'name' }),
      () => derivedName('a', { filter: '' }),
    ].map((deed) => codesOf(thrownBy(deed)));
    expect(seen).to.deep.equal([
      { code: 40010, statusCode: 400 },
      { code: 40000, statusCode: 400 },
    ]);
  });
});

for (const codec of codecs)
  describe(`a derived channel, ${codec.format}`, () => {
    it('RTS5: is warned of where it is made', () => {
      const logged: string[] = [];
      const log = (level: string, { message }: { readonly message: string }): void => {
        if (level === 'warn') logged.push(message);
      };
      life(codec, { until: 10, log }, ({ client }) => {
        client.derivedChannel('a', { filter: '!headers.x' });
        client.derivedChannel('a', { filter: 'headers.x' });
      })();
      expect(logged.filter((message) => message.includes('headers'))).to.have.length(1);
    });
  });
