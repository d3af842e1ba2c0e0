import { expect } from 'chai';
import { search } from '@jmespath-community/jmespath';
import { checkFilter } from '../../../lib/ably/messages/derived.js';
import { codecs, life } from '../../support/fake-ably.js';

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
