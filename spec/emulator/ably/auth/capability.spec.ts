import { expect } from 'chai';
import {
  allows,
  type Capability,
  capabilityFrom,
  intersection,
} from '../../../../lib/emulator/ably/auth/capability.js';

describe('emulator: capabilities as values', () => {
  it('are normalized: sorted, and without duplicates', () => {
    expect(JSON.stringify(capabilityFrom({ b: ['subscribe', 'publish', 'publish'], a: ['*'] }))).to.equal(
      '{"a":["*"],"b":["publish","subscribe"]}',
    );
  });

  it('contradict themselves where a * stands beside others: 40000', () => {
    expect(() => capabilityFrom({ a: ['publish', '*'] }))
      .to.throw(/names "\*" and other operations/)
      .with.property('code', 40000);
  });

  const meets: readonly (readonly [one: Capability, other: Capability, both: Capability])[] = [
    [{ '*': ['*'] }, { chat: ['publish'] }, { chat: ['publish'] }],
    [{ 'ns:*': ['publish', 'subscribe'] }, { 'ns:a': ['subscribe'] }, { 'ns:a': ['subscribe'] }],
    [{ 'ns:*': ['*'] }, { 'ns:a:*': ['history'] }, { 'ns:a:*': ['history'] }],
    [{ a: ['publish'] }, { b: ['publish'] }, {}],
    [{ a: ['publish'] }, { a: ['subscribe'] }, {}],
    [
      { a: ['publish'], '*': ['subscribe'] },
      { a: ['subscribe', 'publish'] },
      { a: ['publish', 'subscribe'] },
    ],
  ];
  for (const [one, other, both] of meets) {
    it(`RSA6: ${JSON.stringify(one)} and ${JSON.stringify(other)} allow both ${JSON.stringify(both)}`, () => {
      expect(intersection(one, other)).to.deep.equal(both);
      expect(intersection(other, one)).to.deep.equal(both);
    });
  }

  const resources: readonly (readonly [resource: string, channel: string, isAllowed: boolean])[] = [
    ['*', 'a:b', true],
    ['[*]*', 'a', true],
    ['a', 'a', true],
    ['a', 'a:b', false],
    ['a:*', 'a:b:c', true],
    ['a:*', 'a', false],
    ['a*', 'ab', false],
  ];
  for (const [resource, channel, isAllowed] of resources) {
    it(`the resource ${resource} ${isAllowed ? 'covers' : 'does not cover'} the channel ${channel}`, () => {
      expect(allows({ [resource]: ['publish'] }, channel, 'publish')).to.equal(isAllowed);
      expect(allows({ [resource]: ['publish'] }, channel, 'subscribe')).to.equal(false);
    });
  }
});
