import { expect } from 'chai';
import { take } from 'rxjs';
import type { RealtimeChannel } from '../../../lib/ably/client/channel.js';
import type { MessageFilter } from '../../../lib/ably/messages/filter.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import type { WireMessage } from '../../../lib/ably/wire/frames.js';
import type { Message } from '../../../lib/ably/wire/message.js';
import { codecs, type FakeAbly, life } from '../../support/fake-ably.js';

const dataOf = ({ data }: Message): unknown => data;
/** Connected, and attached to `a` by `attach()`. */
const attach = ({ client, server }: FakeAbly): RealtimeChannel => {
  const channel = client.channel('a');
  void channel.attach();
  server.welcome();
  server.attached('a');
  return channel;
};
const say = ({ server }: FakeAbly, ...messages: readonly WireMessage[]): void => {
  server.say({ action: Action.message, channel: 'a', messages });
};

for (const codec of codecs)
  describe(`subscribing to messages, ${codec.format}`, () => {
    const at0 = (script: (fake: FakeAbly) => void, options = {}): (() => void) =>
      life(codec, { until: 10, ...options }, (fake) => {
        fake.at(0, () => {
          script(fake);
        });
      });

    it(
      'RTL1, RTL17: as soon as a channel is attached, what comes is passed on; MESSAGE in the very next frame',
      at0((fake) => {
        const [seen, annotations]: [unknown[], unknown[]] = [[], []];
        const channel = fake.client.channel('a');
        channel.messages$.subscribe((message) => seen.push(dataOf(message)));
        channel.annotations.annotations$.subscribe(({ type }) => annotations.push(type));
        fake.server.welcome();
        say(fake, { data: 'too early' });
        fake.server.attached('a');
        say(fake, { data: '1' }, { data: '2' });
        fake.server.say({ action: Action.annotation, channel: 'a', annotations: [{ type: 't' }] });
        say(fake, { data: '3' });
        expect([seen, annotations]).to.deep.equal([['1', '2', '3'], ['t']]);
      }),
    );

    it(
      'RTL7a, RTL7b: all messages, or those of a name; also where a name is the empty one, or there is none',
      at0((fake) => {
        const seen: Record<string, unknown[]> = { all: [], n: [], N: [], empty: [] };
        const channel = attach(fake);
        channel.messages$.subscribe((message) => seen['all']?.push(dataOf(message)));
        channel.messages('n').subscribe((message) => seen['n']?.push(dataOf(message)));
        channel.messages('N').subscribe((message) => seen['N']?.push(dataOf(message)));
        channel.messages('').subscribe((message) => seen['empty']?.push(dataOf(message)));
        say(fake, { name: 'n', data: 1 }, { name: 'nn', data: 2 }, { data: 3 }, { name: '', data: 4 });
        say(fake, { name: 'n', data: 5 });
        expect(seen).to.deep.equal({ all: [1, 2, 3, 4, 5], n: [1, 5], N: [], empty: [4] });
      }),
    );

    it(
      'RTL8, RTL8a, RTL8b: who unsubscribes hears nothing more, and the others do; in the middle of a frame, too',
      at0((fake) => {
        const seen: unknown[] = [];
        const channel = attach(fake);
        const all = channel.messages$.subscribe((message) => {
          seen.push(['all', dataOf(message)]);
          if (message.data === 2) all.unsubscribe();
        });
        const named = channel.messages('n').subscribe((message) => seen.push(['named', dataOf(message)]));
        channel.messages('n').subscribe((message) => seen.push(['other', dataOf(message)]));
        say(fake, { name: 'n', data: 1 }, { name: 'm', data: 2 }, { name: 'm', data: 3 });
        named.unsubscribe();
        named.unsubscribe(); // does no harm
        say(fake, { name: 'n', data: 4 });
        expect(seen).to.deep.equal([
          ['all', 1],
          ['named', 1],
          ['other', 1],
          ['all', 2],
          ['other', 4],
        ]);
      }),
    );

    it(
      'RTL17, RTL5: where a handler detaches, what came in the same frame is delivered still, and nothing after it',
      at0((fake) => {
        const seen: unknown[] = [];
        const channel = attach(fake);
        channel.messages$.subscribe((message) => {
          seen.push(dataOf(message));
          if (message.data === 1) channel.detach().catch(() => undefined);
        });
        say(fake, { data: 1 }, { data: 2 });
        say(fake, { data: 3 });
        expect([seen, channel.state]).to.deep.equal([[1, 2], 'detaching']);
      }),
    );

    it(
      'RTL7a, RTL7b: who comes in the middle of a frame misses nothing of what follows in it',
      at0((fake) => {
        const seen: unknown[] = [];
        const channel = attach(fake);
        channel
          .messages('first')
          .pipe(take(1))
          .subscribe(() => {
            channel.messages$.subscribe((message) => seen.push(['all', dataOf(message)]));
            channel.messages('n').subscribe((message) => seen.push(['named', dataOf(message)]));
          });
        say(fake, { name: 'first', data: 1 }, { name: 'm', data: 2 }, { name: 'n', data: 3 });
        expect(seen).to.deep.equal([
          ['all', 2],
          ['all', 3],
          ['named', 3],
        ]);
      }),
    );

    it(
      'RTL8c: one Subscription that holds all others unsubscribes them all, and what attach() holds stays attached',
      at0((fake) => {
        const seen: unknown[] = [];
        const channel = attach(fake);
        const all = channel.messages$.subscribe((message) => seen.push(message));
        all.add(channel.messages('n').subscribe((message) => seen.push(message)));
        all.add(channel.messages({ name: 'n' }).subscribe((message) => seen.push(message)));
        all.unsubscribe();
        say(fake, { name: 'n', data: 1 });
        expect([seen, channel.state]).to.deep.equal([[], 'attached']);
      }),
    );

    describe('by a filter', () => {
      const ref = { timeserial: 't', type: 'reply' };
      const messages: readonly WireMessage[] = [
        { name: 'plain' },
        { name: 'reply', clientId: 'ann', extras: { ref } },
        { name: 'reply', clientId: 'bob', extras: { ref: { timeserial: 'u', type: 'reply' } } },
        { name: 'reaction', clientId: 'ann', extras: { ref: { timeserial: 't', type: 'reaction' } } },
        { name: 'headed', clientId: 'ann', extras: { headers: { ref: 't' } } },
        { clientId: 'bob', extras: { ref: null } },
      ];
      /** The numbers of those of `messages` that meet the filter. */
      const meeting = (wanted: MessageFilter): unknown[] => {
        const seen: unknown[] = [];
        at0((fake) => {
          const lease = attach(fake)
            .messages(wanted)
            .subscribe((message) => seen.push(dataOf(message)));
          const numbered = messages.map((message, data) => ({ ...message, data }));
          say(fake, ...numbered);
          lease.unsubscribe();
          say(fake, ...numbered); // RTL22: removed
        })();
        return seen;
      };
      const all = messages.map((_, index) => index);

      for (const [ids, wanted, numbers] of [
        ['RTL22, RTL22d, MFI1, MFI2', {}, all],
        ['RTL22b, MFI2a', { isRef: false }, [0, 4, 5]],
        ['MFI2a', { isRef: true }, [1, 2, 3]],
        ['RTL22a, MFI2b', { refTimeserial: 't' }, [1, 3]],
        ['RTL22a, MFI2c', { refType: 'reply' }, [1, 2]],
        ['RTL22a, MFI2d', { name: 'reply' }, [1, 2]],
        ['MFI2e', { clientId: 'ann' }, [1, 3, 4]],
        ['RTL22c', { refTimeserial: 't', refType: 'reply' }, [1]],
        ['RTL22c', { refTimeserial: 't', refType: 'reply', clientId: 'bob' }, []],
        ['RTL22c', { isRef: true, name: 'reply', clientId: 'bob' }, [2]],
        ['RTL22c', { isRef: false, refType: 'reply' }, []],
      ] as const)
        it(`${ids}: ${JSON.stringify(wanted)}`, () => {
          expect(meeting(wanted)).to.deep.equal(numbers);
        });

      it('RTL22, RTL22a, RTL22b, RTL22c, RTL22d, MFI1, MFI2a, MFI2b, MFI2c, MFI2d, MFI2e: all that is said has to be met', () => {
        expect(
          meeting({ isRef: true, refTimeserial: 't', refType: 'reply', name: 'reply', clientId: 'ann' }),
        ).to.deep.equal([1]);
      });
    });

    it(
      'TM2i, RSL6a2: extras come and go as they are, whatever they hold',
      at0((fake) => {
        const extras = {
          push: [{ title: 'Testing' }],
          headers: { a: 'b' },
          deep: { list: [1, null, { x: true }] },
        };
        const seen: unknown[] = [];
        const channel = attach(fake);
        channel.messages$.subscribe((message) => seen.push(message.extras));
        void channel.publish({ name: 'n', extras }).catch(() => undefined);
        const sent = fake.server.heard().at(-1)?.messages ?? [];
        expect(sent).to.deep.equal([{ name: 'n', extras }]);
        say(fake, ...sent);
        expect(seen).to.deep.equal([extras]);
      }),
    );
  });
