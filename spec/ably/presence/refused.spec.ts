import { expect } from 'chai';
import { concat, defer, NEVER, of, retry } from 'rxjs';
import { codecs, type FakeAbly, livesOf } from '../../support/fake-ably.js';
import { presenceOn } from '../../support/presence.js';

for (const codec of codecs)
  describe(`presence that the server refuses, ${codec.format}`, () => {
    const lives = livesOf(codec, { clientId: 'me', random: () => 0.5 });
    /** The milliseconds at which a server hears presence, and refuses it a millisecond later. */
    const refusing = (fake: FakeAbly, until: number, isRefused = (_: number): boolean => true): number[] => {
      const heard: number[] = [];
      const presence = presenceOn(fake);
      fake.at(1, () => {
        fake.server.welcome();
        presence.attached();
      });
      let answered = 0;
      let seen = 0;
      const poll = (ms: number): void => {
        if (ms < until) fake.at(1, () => { poll(ms + 1); }); // prettier-ignore
        const { length } = fake.net.dialled.at(-1)?.sent ?? [];
        if (length === seen || heard.length > 50) return;
        seen = length;
        const { length: count } = presence.asked();
        for (; answered < count; answered += 1) {
          heard.push(ms);
          if (isRefused(answered)) presence.nack(answered);
          else presence.ack(answered);
        }
      };
      fake.at(2, () => {
        poll(2);
      });
      return heard;
    };
    const gaps = (times: readonly number[]): readonly number[] =>
      times.slice(1).map((ms, index) => ms - (times[index] ?? 0));

    for (const [how, hold] of [
      [
        '`hold()` with `retry()`',
        ({ client }: FakeAbly) => client.channel('a').presence.hold().pipe(retry()),
      ],
      [
        'a new `hold()` each time',
        ({ client }: FakeAbly) => defer(() => client.channel('a').presence.hold()).pipe(retry()),
      ],
    ] as const)
      it(
        `RTP8: ${how} rests, longer from refusal to refusal`,
        lives(8_000, (fake) => {
          const heard = refusing(fake, 8_000);
          const statuses: string[] = [];
          hold(fake).subscribe((status) => statuses.push(status));
          fake.at(7_999, () => {
            expect(gaps(heard)).to.deep.equal([1, 1000, 2000, 4000]);
            expect(new Set(statuses)).to.deep.equal(new Set(['entering']));
          });
        }),
      );

    it(
      'RTP9: an update that is refused each time after an ENTER that is not rests, too',
      lives(8_000, (fake) => {
        const heard = refusing(fake, 8_000, (n) => presenceOn(fake).asked()[n]?.[1].data === 'b');
        const { presence } = fake.client.channel('a');
        presence
          .hold(concat(of('a', 'b'), NEVER))
          .pipe(retry())
          .subscribe();
        fake.at(7_999, () => {
          expect(heard.length).to.be.within(3, 30);
        });
      }),
    );
  });
