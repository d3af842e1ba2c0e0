import { expect } from 'chai';
import { acceptedPublishes } from '../../../../lib/emulator/relay/mailboxes/accepted-publishes.js';

describe('relay emulator: accepted publishes', () => {
  it('remembers fewer where they are long, so that they do not take all memory', () => {
    const { add, all, find } = acceptedPublishes();
    const message = (at: number): string => String(at).padStart(1_000_000, '0');
    for (let at = 0; at < 40; at += 1) add({ topic: 't', message: message(at), ttl: 300, tag: 0 }, 'c', at);
    expect([all().length, find('t', message(23)), find('t', message(24))?.at]).deep.equal([
      16,
      undefined,
      24,
    ]);
  });
});
