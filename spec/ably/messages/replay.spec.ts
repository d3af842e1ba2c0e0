import { expect } from 'chai';
import { retry } from 'rxjs';
import type { MessageFilter } from '../../../lib/ably/messages/filter.js';
import type { HistoryDepth } from '../../../lib/ably/messages/replay.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import type { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { codecs, fakeAbly, life } from '../../support/fake-ably.js';
import { fakeFetch } from '../../support/fake-fetch.js';
import { ignore } from '../../support/ignore.js';
import { codesOf } from '../../support/thrown.js';
import { virtually } from '../../support/virtual-time.js';

/** A server that has `length` messages, each tenth of them a `rare` one, and the queries that it was asked. */
function archive(length: number) {
  const asked: Readonly<Record<string, string>>[] = [];
  const all = Array.from({ length }, (_, n) => ({ name: n % 10 === 0 ? 'rare' : 'n', data: String(n) }));
  const fetch = fakeFetch((url) => {
    const { searchParams, pathname } = new URL(url);
    expect(pathname).to.equal('/channels/a/messages');
    const { from = '0', ...query } = Object.fromEntries(searchParams);
    asked.push(query);
    const ordered = query['direction'] === 'forwards' ? all : [...all].reverse();
    const end = Number(from) + Number(query['limit'] ?? 100);
    const next = new URLSearchParams({ ...query, from: String(end) }).toString();
    const link = end < length ? { link: `<./messages?${next}>; rel="next"` } : {};
    return { text: JSON.stringify(ordered.slice(Number(from), end)), ...link };
  });
  return { fetch, asked };
}

for (const codec of codecs)
  describe(`past and live messages, ${codec.format}`, () => {
    type Wanted = string | readonly string[] | MessageFilter | undefined;
    /** What somebody hears of a channel that has `length` messages and gets one more of each name, and what it was asked. */
    const heardOf = (length: number, history: HistoryDepth, wanted?: Wanted) => {
      const { fetch, asked } = archive(length);
      const heard: unknown[] = [];
      life(codec, { until: 10, fetch }, ({ client, server }) => {
        const channel = client.channel('a');
        channel.messages(wanted as MessageFilter, { history }).subscribe(({ data }) => heard.push(data));
        server.welcome();
        server.attached('a', { channelSerial: 's-9' });
        const messages = ['n', 'rare'].map((name) => ({ name, data: `live ${name}` }));
        server.say({ action: Action.message, channel: 'a', messages });
      })();
      return { heard, asked };
    };
    const backwards = (limit: number): unknown => ({ limit: String(limit), fromSerial: 's-9' });
    const live = ['live n', 'live rare'];

    for (const [past, length, heard, asked] of [
      [0, 5, [], []],
      [2, 5, ['3', '4'], [backwards(2)]],
      [9, 5, ['0', '1', '2', '3', '4'], [backwards(9)]],
      ['untilAttach', 3, ['0', '1', '2'], [{ direction: 'forwards', limit: '1000', fromSerial: 's-9' }]],
    ] as const)
      it(`RTL10b: ${past} of ${length} come before what is live, and take ${asked.length} requests`, () => {
        expect(heardOf(length, past)).to.deep.equal({ heard: [...heard, ...live], asked });
      });

    it('RTL10b, RSL2b3: no page is larger than the server gives', () => {
      const { heard, asked } = heardOf(2500, 1500);
      expect([heard.length, heard[0], heard.at(-3)]).to.deep.equal([1502, '1000', '2499']);
      expect(asked).to.deep.equal([backwards(1000), backwards(1000)]);
    });

    for (const wanted of ['rare', ['rare', 'other'], { name: 'rare' }])
      it(`RTL10b: the number of messages that a depth asks for is counted in those that match ${JSON.stringify(wanted)}, and no further page is read`, () => {
        const { heard, asked } = heardOf(5000, 150, wanted);
        const numbers = Array.from({ length: 150 }, (_, n) => String(3500 + n * 10));
        expect(heard).to.deep.equal([...numbers, 'live rare']);
        expect(asked).to.deep.equal([backwards(1000), backwards(1000)]);
      });

    it('RTL10b: a depth beyond the matching messages of the history replays all of them', () => {
      const { heard, asked } = heardOf(1020, 1000, 'rare');
      expect([heard.length, heard[0], heard.at(-2)]).to.deep.equal([103, '0', '1010']);
      expect(asked).to.have.length(2);
    });

    it('RTL10b: untilAttach replays those messages of the whole history that match the name', () => {
      expect(heardOf(25, 'untilAttach', 'rare').heard).to.deep.equal(['0', '10', '20', 'live rare']);
    });

    const said = (serial: string) => ({ name: 'n', data: serial, serial });
    /** A server that gives what it has up to a serial, the newest first, when `answer` lets it. */
    const slow = (stored: readonly string[]) => {
      const asked: string[] = [];
      const waiting: (() => void)[] = [];
      const later = fakeFetch((url) => {
        const { searchParams } = new URL(url);
        const until = searchParams.get('fromSerial') ?? '';
        asked.push(until);
        const found = stored.filter((serial) => serial <= until).map(said);
        const isForwards = searchParams.get('direction') === 'forwards';
        return { text: JSON.stringify(isForwards ? found : found.reverse()) };
      });
      const fetch = ((url: string, init: RequestInit) => {
        const answer = later(url, init);
        return {
          then: (next: (value: unknown) => void) => {
            waiting.push(() => void answer.then(next));
            return { then: ignore };
          },
        };
      }) as unknown as typeof globalThis.fetch;
      return { fetch, asked, answer: () => waiting.shift()?.() };
    };

    for (const [history, wanted, heard] of [
      [2, undefined, ['s-1', 's-2', 's-3', 's-4', 's-5', 's-6', 's-7']],
      ['untilAttach', undefined, ['s-0', 's-1', 's-2', 's-3', 's-4', 's-5', 's-6', 's-7']],
      [2, 'n', ['s-1', 's-2', 's-3', 's-4', 's-5', 's-6', 's-7']],
    ] as const)
      for (const isHeardBefore of [true, false])
        it(`RTL10b, RTL12: ${history} with a session lost while the past is read have what was missed ${isHeardBefore ? 'behind' : 'without'} a live message${wanted ? `, of "${wanted}"` : ''}`, () => {
          const { fetch, asked, answer } = slow(['s-0', 's-1', 's-2', 's-3', 's-4', 's-5', 's-6', 's-8']);
          const data: unknown[] = [];
          const gaps: unknown[] = [];
          life(codec, { until: 5000, fetch }, ({ client, server, at }) => {
            const channel = client.channel('a');
            const messages$ = channel.messages(wanted as 'n', { history });
            messages$.subscribe((message) => data.push(message.data));
            channel.discontinuities$.subscribe((gap) => gaps.push(gap));
            const say = (serial: string): void => {
              server.say({
                action: Action.message,
                channel: 'a',
                channelSerial: serial,
                messages: [said(serial)],
              });
            };
            at(1, () => {
              server.welcome();
              server.attached('a', { channelSerial: 's-2' });
              if (isHeardBefore) say('s-3');
              server.drop();
            });
            at(2, () => {
              server.welcome('id-2');
              server.attached('a', { channelSerial: 's-6' });
              expect([gaps.length, data, asked]).to.deep.equal([1, [], ['s-2']]);
              say('s-7');
              answer();
              answer();
              expect([data, asked]).to.deep.equal([heard, ['s-2', 's-6']]);
            });
            at(2000, () => {
              server.attached('a', { channelSerial: 's-8' }); // nothing is read any more
              expect([gaps.length, asked.length, data]).to.deep.equal([2, 2, heard]);
            });
          })();
        });

    it('RTL10b, RTL13: reads what was missed where the channel is attached again after a detach by the server', () => {
      const { fetch, asked, answer } = slow(['s-1', 's-2', 's-3']);
      const data: unknown[] = [];
      life(codec, { until: 100, fetch }, ({ client, server, at }) => {
        client
          .channel('a')
          .messages(undefined, { history: 1 })
          .subscribe((message) => data.push(message.data));
        at(1, () => {
          server.welcome();
          server.attached('a', { channelSerial: 's-1' });
          server.say({ action: Action.detached, channel: 'a' });
          server.attached('a', { channelSerial: 's-3' });
          answer();
          answer();
          expect([data, asked]).to.deep.equal([
            ['s-1', 's-2', 's-3'],
            ['s-1', 's-3'],
          ]);
        });
      })();
    });

    it('RTL10b, RTL12: reads what was missed each time, where several sessions are lost while the past is read', () => {
      const { fetch, asked, answer } = slow(['s-1', 's-2', 's-3', 's-4', 's-5']);
      const data: unknown[] = [];
      life(codec, { until: 6000, fetch }, ({ client, server, at }) => {
        client
          .channel('a')
          .messages(undefined, { history: 1 })
          .subscribe((message) => data.push(message.data));
        const lives = [
          [1, 'id-1', 's-1'],
          [2, 'id-2', 's-3'],
          [5000, 'id-3', 's-5'],
        ] as const;
        for (const [ms, id, serial] of lives)
          at(ms, () => {
            server.welcome(id);
            server.attached('a', { channelSerial: serial });
            if (id !== 'id-3') server.drop();
          });
        at(5001, () => {
          for (let answers = 0; answers < 3; answers += 1) answer();
          expect([data, asked]).to.deep.equal([
            ['s-1', 's-2', 's-3', 's-4', 's-5'],
            ['s-1', 's-3', 's-5'],
          ]);
        });
      })();
    });

    for (const isAttached of [true, false])
      for (const how of ['releaseChannel', 'dispose'] as const)
        it(`completes on ${how}() ${isAttached ? 'while the past is read' : 'before the channel is attached'}`, async () => {
          const { fetch, answer } = slow(['s-1']);
          const heard: unknown[] = [];
          const { client, server } = fakeAbly(codec, { fetch });
          client
            .channel('a')
            .messages(undefined, { history: 5 })
            .subscribe({ next: (message) => heard.push(message), complete: () => heard.push('complete') });
          server.welcome();
          if (isAttached) server.attached('a', { channelSerial: 's-9' });
          const done = how === 'dispose' ? client.dispose() : client.releaseChannel('a');
          if (how === 'releaseChannel') server.say({ action: Action.detached, channel: 'a' });
          await done;
          expect(heard).to.deep.equal(['complete']);
          answer();
          expect(heard).to.deep.equal(['complete']);
          await client.dispose();
        });

    it('completes at once on a channel that was released', async () => {
      const { client } = fakeAbly(codec);
      const channel = client.channel('a');
      await client.releaseChannel('a');
      const heard: unknown[] = [];
      channel.messages(undefined, { history: 5 }).subscribe({ complete: () => heard.push('complete') });
      expect(heard).to.deep.equal(['complete']);
      await client.dispose();
    });

    for (const what of ['messages({ history })', 'history()'] as const)
      it(`RTL10b: ${what} with retry() rests, longer from refusal to refusal`, () => {
        const times: number[] = [];
        virtually(({ scheduler, flush }) => {
          const fetch = fakeFetch(() => {
            times.push(scheduler.now());
            if (times.length > 100) return { text: '[]' };
            return { status: 404, text: '{"error":{"code":40400,"statusCode":404,"message":"no"}}' };
          });
          const { client, server } = fakeAbly(codec, { fetch, scheduler });
          const channel = client.channel('a');
          const past$ =
            what === 'history()' ? channel.history() : channel.messages(undefined, { history: 5 });
          const trying = past$.pipe(retry()).subscribe();
          if (what !== 'history()') {
            server.welcome();
            server.attached('a', { channelSerial: 's-9' });
          }
          scheduler.schedule(() => {
            trying.unsubscribe();
            void client.dispose();
          }, 10_000);
          flush();
        })();
        expect(times).to.deep.equal([0, 0, 1000, 3000, 7000]);
      });

    it('refuses a number that is none', () => {
      life(codec, { until: 10 }, ({ client }) => {
        for (const history of [-1, 0.5, NaN, Infinity, '5', {}] as readonly unknown[]) {
          const codes: unknown[] = [];
          client
            .channel('a')
            .messages({}, { history: history as HistoryDepth })
            .subscribe({ error: (error: unknown) => codes.push(codesOf(error)) });
          expect(codes, String(history)).to.deep.equal([{ code: 40000, statusCode: 400 }]);
        }
        expect(client.connection.state).to.equal('initialized');
      })();
    });

    it('RTL10b: untilAttach is refused while the channel is suspended, wherever it stood before', () => {
      const { fetch, asked } = archive(1);
      life(codec, { until: 10, fetch }, ({ client, server, at }) => {
        const channel = client.channel('a');
        const ends: unknown[] = [];
        const note = (): void => {
          channel.history({ untilAttach: true }).subscribe({
            complete: () => ends.push('given'),
            error: (error: unknown) => ends.push((error as ErrorInfo).code),
          });
        };
        channel.attach().catch(ignore);
        server.welcome();
        server.attached('a', { channelSerial: 's-9' });
        note();
        at(1, () => {
          for (let n = 0; n < 2; n += 1) server.say({ action: Action.detached, channel: 'a', error: {} });
          expect([channel.state, channel.properties.attachSerial]).to.deep.equal(['suspended', 's-9']);
          note();
          expect(ends).to.deep.equal(['given', 90000]);
        });
      })();
      expect(asked).to.deep.equal([{ fromSerial: 's-9' }]);
    });
  });
