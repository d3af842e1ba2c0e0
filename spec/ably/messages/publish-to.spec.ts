import { expect } from 'chai';
import { from, map, type Observable, of, range, Subject, throwError } from 'rxjs';
import { publishAll, type PublishAllOptions } from '../../../lib/ably/messages/publish-all.js';
import { publishTo, type PublishToOptions } from '../../../lib/ably/messages/publish-to.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { VirtualClock } from '../../support/chaos/virtual-clock.js';
import { codecs, fakeAbly } from '../../support/fake-ably.js';
import type { Heard } from '../../support/heard.js';
import { settling } from '../../support/settling.js';
import { thrownBy } from '../../support/thrown.js';

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, at) => String(from + at));
const texts = map(String);
const failure = new Error('source');

for (const codec of codecs) {
  describe(`publishTo and publishAll, ${codec.format}`, () => {
    /** A client in virtual time, connected unless told otherwise, and what a stream of publishes told. */
    const build = ({ connected = true, ...options } = {}) => {
      const clock = new VirtualClock();
      const fake = fakeAbly(codec, { scheduler: clock, ...options });
      const { client, server, net } = fake;
      const told: unknown[] = [];
      client.connect();
      if (connected) server.welcome();
      const heard = (): Heard[] => server.heard().filter(({ action }) => action === 'MESSAGE');
      return {
        ...{ client, server, net, clock, told, heard, channel: client.channel('a') },
        data: () => heard().map(({ messages }) => messages?.[0]?.data),
        ack: (msgSerial: number, count = 1) => {
          const res = Array.from({ length: count }, (_, at) => ({ serials: [`s${msgSerial + at}`] }));
          server.say({ action: Action.ack, msgSerial, count, res });
          return settling();
        },
        listen: (result$: Observable<{ readonly serials: readonly unknown[] }>) =>
          result$.subscribe({
            next: ({ serials }) => told.push(...serials),
            error: (error: unknown) => told.push(error instanceof ErrorInfo ? error.code : error),
            complete: () => told.push('|'),
          }),
      };
    };
    type Built = ReturnType<typeof build>;
    const to = ({ channel }: Built, options: PublishToOptions<string> = {}) =>
      publishTo(channel, 'n', options);
    const all = ({ channel }: Built, options: PublishAllOptions<string>) => publishAll(channel, 'n', options);

    it('RTL6: publishes each value as data of the name, or as the message that the function makes of it', async () => {
      const built = build();
      built.listen(from(['x', 'y']).pipe(to(built)));
      const message = (n: number) => ({ name: `n${n}`, data: { n }, extras: { n } });
      built.listen(of(1).pipe(publishTo(built.channel, message, { params: { p: 1 } })));
      expect(built.heard().map(({ channel, params, messages }) => [channel, params, messages])).to.deep.equal(
        [
          ['a', undefined, [{ name: 'n', data: 'x' }]],
          ['a', undefined, [{ name: 'n', data: 'y' }]],
          ['a', { p: '1' }, [{ name: 'n1', data: '{"n":1}', encoding: 'json', extras: { n: 1 } }]],
        ],
      );
      await built.ack(0, 3);
      expect(built.told).to.deep.equal(['s0', 's1', '|', 's2', '|']);
      await built.client.dispose();
    });

    it('has no more than `concurrency` unacknowledged, and goes on with each ACK, in order', async () => {
      const built = build();
      built.listen(range(0, 6).pipe(texts, to(built, { concurrency: 2 })));
      expect(built.data()).to.deep.equal(['0', '1']);
      await built.ack(0);
      expect(built.data()).to.deep.equal(['0', '1', '2']);
      await built.ack(1, 2);
      await built.ack(3, 2);
      expect(built.told).to.deep.equal(['s0', 's1', 's2', 's3', 's4']);
      await built.ack(5);
      expect([built.data(), built.told.slice(5)]).to.deep.equal([numbers(0, 5), ['s5', '|']]);
      await built.client.dispose();
    });

    it('RTN19a: goes on after a reconnect', async () => {
      const built = build();
      built.listen(range(0, 4).pipe(texts, to(built, { concurrency: 2 })));
      await built.ack(0);
      built.server.drop();
      built.server.welcome();
      expect(built.heard().map(({ msgSerial, messages }) => [msgSerial, messages?.[0]?.data])).to.deep.equal([
        [1, '1'],
        [2, '2'],
      ]);
      await built.ack(1, 2);
      await built.ack(3);
      expect(built.told).to.deep.equal(['s0', 's1', 's2', 's3', '|']);
      await built.client.dispose();
    });

    describe('a million values while the server says nothing', () => {
      const million = 1_000_000;
      it('are an error at the first one too many, which names the option', async () => {
        const built = build();
        let produced = 0;
        let message = '';
        const values = range(0, million).pipe(
          map((n) => {
            produced += 1;
            return String(n);
          }),
        );
        values.pipe(to(built)).subscribe({ error: (error: unknown) => ({ message } = error as ErrorInfo) });
        expect(produced).to.equal(16 + 1000 + 1);
        expect(message).to.match(/^1000 values .*option buffer/);
        await built.client.dispose();
      });
      it('leave the first ones and the newest, where the oldest are dropped', async () => {
        const built = build();
        let [count, first, last] = [0, '', ''];
        const onDrop = (value: string): void => {
          if (count === 0) first = value;
          count += 1;
          last = value;
        };
        const options: PublishToOptions<string> = {
          buffer: 3,
          concurrency: 2,
          overflow: 'dropOldest',
          onDrop,
        };
        built.listen(range(0, million).pipe(texts, to(built, options)));
        expect([count, first, last]).to.deep.equal([million - 5, '2', String(million - 4)]);
        await built.ack(0, 2);
        await built.ack(2, 2);
        await built.ack(4);
        expect(built.data()).to.deep.equal(['0', '1', ...numbers(million - 3, million - 1)]);
        expect(built.told).to.deep.equal(['s0', 's1', 's2', 's3', 's4', '|']);
        await built.client.dispose();
      });
      it('leave the first ones, where the newest are dropped', async () => {
        const built = build();
        let count = 0;
        const onDrop = (): number => (count += 1);
        const options: PublishToOptions<string> = {
          buffer: 3,
          concurrency: 2,
          overflow: 'dropNewest',
          onDrop,
        };
        built.listen(range(0, million).pipe(texts, to(built, options)));
        await built.ack(0, 2);
        await built.ack(2, 2);
        await built.ack(4);
        expect([count, built.data()]).to.deep.equal([million - 5, numbers(0, 4)]);
        await built.client.dispose();
      });
      it('are not even asked for, where the source can wait', async () => {
        const built = build();
        let asked = 0;
        const values = (function* () {
          for (; asked < million;) yield String(asked++);
        })();
        const running = built.listen(all(built, { values, concurrency: 2 }));
        expect(asked).to.equal(2);
        await built.ack(0, 2);
        expect([asked, built.data()]).to.deep.equal([4, numbers(0, 3)]);
        running.unsubscribe();
        await built.ack(2, 2);
        expect([asked, [...values]]).to.deep.equal([4, []]);
        await built.client.dispose();
      });
    });

    it('publishes nothing while more bytes wait on the socket than allowed, and looks again every 20 ms', async () => {
      const built = build();
      const { net, clock } = built;
      const values = new Subject<string>();
      built.listen(values.pipe(to(built, { maxBufferedAmount: 100 })));
      values.next('a');
      net.last().bufferedAmount = 101;
      for (const value of ['b', 'c']) values.next(value);
      await clock.runTo(39);
      expect(built.data()).to.deep.equal(['a']);
      net.last().bufferedAmount = 100;
      await clock.runTo(40);
      expect(built.data()).to.deep.equal(['a', 'b', 'c']);
      net.last().bufferedAmount = 101;
      values.next('d');
      built.server.drop(); // another socket, or none, has nothing that waits
      await clock.runTo(60);
      built.server.welcome();
      expect(built.data()).to.deep.equal(['a', 'b', 'c', 'd']);
      await built.client.dispose();
    });

    it('takes back on unsubscribing what has not been sent, and leaves the rest', async () => {
      const built = build({ connected: false });
      const errors: unknown[] = [];
      built.client.errors$.subscribe((error) => errors.push(error));
      built.listen(range(0, 20).pipe(texts, to(built))).unsubscribe();
      built.listen(all(built, { values: ['x', 'y'] })).unsubscribe();
      const sent = built.listen(from(['last']).pipe(to(built)));
      built.server.welcome();
      sent.unsubscribe();
      expect(built.data()).to.deep.equal(['last']);
      await built.ack(0);
      expect([built.told, errors]).to.deep.equal([[], []]);
      await built.client.dispose();
    });

    it('errors at once with the first refusal, and takes back what has not been sent', async () => {
      const built = build();
      const values = new Subject<string>();
      built.listen(values.pipe(to(built, { concurrency: 3 })));
      built.listen(all(built, { values: ['1', 'x'.repeat(2000), '2'] }));
      for (const value of ['a', 'b', 'c', 'd']) values.next(value);
      await settling();
      expect(built.told.splice(0)).to.deep.equal([40009]);
      built.server.say({
        action: Action.nack,
        msgSerial: 2,
        count: 1,
        error: { code: 40160, statusCode: 401 },
      });
      await settling();
      expect([built.told.splice(0), values.observed]).to.deep.equal([[40160], false]);
      expect(built.data()).to.deep.equal(['1', '2', 'a', 'b', 'c']);
      await built.client.dispose();
    });

    it('errors with what the source, the function or the values throw', async () => {
      const built = build();
      built.listen(throwError(() => failure).pipe(publishTo(built.channel, 'n')));
      const broken = (): never => {
        throw new TypeError('no');
      };
      built.listen(of(1).pipe(publishTo(built.channel, broken)));
      built.listen(publishAll(built.channel, 'n', { values: { [Symbol.iterator]: broken } }));
      expect(built.told).to.have.length(3);
      expect([built.told[0], built.data()]).to.deep.equal([failure, []]);
      await built.client.dispose();
    });

    it('ends with an error where the client is disposed of', async () => {
      const built = build();
      built.listen(range(0, 20).pipe(texts, to(built)));
      await built.client.dispose();
      await settling();
      expect(built.told).to.deep.equal([80017]);
    });

    it('refuses options that make no sense, and names them', async () => {
      const { client, channel } = build();
      const cases: readonly (readonly [object, string])[] = [
        [{ concurrency: 0 }, 'concurrency'],
        [{ concurrency: 1.5 }, 'concurrency'],
        [{ maxBufferedAmount: '1' }, 'maxBufferedAmount'],
        [{ buffer: -1 }, 'buffer'],
        [{ overflow: 'wait' }, 'overflow'],
        [{ onDrop: 1 }, 'onDrop'],
      ];
      for (const [options, name] of cases) {
        const error = thrownBy(() => publishTo(channel, 'n', options)) as ErrorInfo;
        expect([error.code, error.message.includes(`"${name}"`)]).to.deep.equal([40000, true]);
      }
      expect(
        (thrownBy(() => publishAll(channel, 'n', { values: [], concurrency: NaN })) as ErrorInfo).code,
      ).to.equal(40000);
      await client.dispose();
    });
  });
}
