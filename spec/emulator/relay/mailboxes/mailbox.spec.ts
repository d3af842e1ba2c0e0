import { expect } from 'chai';
import { type Mailbox, mailbox } from '../../../../lib/emulator/relay/mailboxes/mailbox.js';
import type { MailboxMessage } from '../../../../lib/emulator/relay/mailboxes/stored-message.js';

const message = (text: string): MailboxMessage => ({
  topic: 't',
  message: text,
  tag: 0,
  publishedAt: 0,
  expiresAt: 1,
  from: undefined,
  delivered: new Set(),
});

describe('relay emulator: the mailbox of a topic', () => {
  let topic: Mailbox;
  beforeEach(() => {
    topic = mailbox();
  });

  it('knows its oldest, whatever was taken out and put in again', () => {
    const [a, b, c] = [message('a'), message('b'), message('c')];
    expect(topic.oldest()).equal(undefined);
    for (const each of [a, b, c]) topic.add(each);
    topic.delete(a);
    const again = message('a');
    topic.add(again);
    expect([topic.oldest(), topic.size, topic.find('a')]).deep.equal([b, 3, again]);
    for (const each of [b, c]) topic.delete(each);
    expect(topic.oldest()).equal(again);
    topic.delete(again);
    expect([topic.oldest(), [...topic.all()]]).deep.equal([undefined, []]);
  });

  it('goes round for ever', () => {
    for (let n = 0; n < 5000; n += 1) {
      topic.add(message(`${n}`));
      if (topic.size > 10) topic.delete(topic.oldest()!);
    }
    expect([...topic.all()].map(({ message }) => Number(message))).deep.equal(
      Array.from({ length: 10 }, (_, n) => 4990 + n),
    );
    for (let n = 0; n < 500; n += 1) {
      const each = message('same');
      topic.add(each);
      topic.delete(each);
    }
    expect(topic.oldest()?.message).equal('4990');
  });
});
