import { expect } from 'chai';
import { type Mailbox, mailbox } from '../../../lib/emulator/relay/mailboxes/mailbox.js';
import type { MailboxMessage } from '../../../lib/emulator/relay/mailboxes/stored-message.js';

const letter = (message: string): MailboxMessage => ({
  topic: 't',
  message,
  tag: 0,
  publishedAt: 0,
  expiresAt: 1,
  from: undefined,
  delivered: new Set(),
});

describe('relay emulator: the box of a topic', () => {
  let box: Mailbox;
  beforeEach(() => {
    box = mailbox();
  });

  it('knows its oldest, whatever was taken out and put in again', () => {
    const [a, b, c] = [letter('a'), letter('b'), letter('c')];
    expect(box.oldest()).equal(undefined);
    for (const each of [a, b, c]) box.add(each);
    box.delete(a);
    const again = letter('a');
    box.add(again);
    expect([box.oldest(), box.size, box.find('a')]).deep.equal([b, 3, again]);
    for (const each of [b, c]) box.delete(each);
    expect(box.oldest()).equal(again);
    box.delete(again);
    expect([box.oldest(), [...box.all()]]).deep.equal([undefined, []]);
  });

  it('goes round for ever', () => {
    for (let n = 0; n < 5000; n += 1) {
      box.add(letter(`${n}`));
      if (box.size > 10) box.delete(box.oldest()!);
    }
    expect([...box.all()].map(({ message }) => Number(message))).deep.equal(
      Array.from({ length: 10 }, (_, n) => 4990 + n),
    );
    for (let n = 0; n < 500; n += 1) {
      const each = letter('same');
      box.add(each);
      box.delete(each);
    }
    expect(box.oldest()?.message).equal('4990');
  });
});
