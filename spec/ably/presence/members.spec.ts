import { expect } from 'chai';
import { concat, type Observable, of } from 'rxjs';
import type { ChannelOptions } from '../../../lib/ably/channel/options.js';
import type { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { Flag } from '../../../lib/ably/wire/flags.js';
import type { WireMessage } from '../../../lib/ably/wire/frames.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import { aes } from '../../../lib/crypto/index.js';
import { codecs, fakeAbly, type FakeAbly, livesOf } from '../../support/fake-ably.js';
import { ignore } from '../../support/ignore.js';
import {
  diaryOf,
  folded,
  namesOf,
  presenceOn,
  saidBy,
  wireMember as member,
} from '../../support/presence.js';

const sync = Flag.hasPresence;

for (const codec of codecs)
  describe(`the members of a channel, ${codec.format}`, () => {
    const lives = livesOf(codec);
    const at0 = (script: (fake: FakeAbly) => void, options = {}): (() => void) =>
      lives(
        100,
        (fake) => {
          fake.at(0, () => {
            script(fake);
          });
        },
        options,
      );
    /** Attached, with somebody who listens to everything. */
    const heard = (fake: FakeAbly, flags = 0, options?: ChannelOptions) => {
      const channel = fake.client.channel('a', options);
      const diary = diaryOf(channel.presence);
      const server = presenceOn(fake);
      fake.server.welcome();
      server.attached(flags);
      return { channel, diary, server, presence: channel.presence };
    };

    it(
      'RTL9, RTL9a: are those of the one presence object of the channel',
      at0(({ client }) => {
        const channel = client.channel('a');
        expect(channel.presence).to.equal(channel.presence).and.equal(client.channel('a').presence);
        expect(channel.presence.members.size).to.equal(0);
      }),
    );

    it(
      'RTP1, RTP13: are nobody, and that for sure, where ATTACHED announces none',
      at0((fake) => {
        const { diary, presence } = heard(fake);
        expect([diary.names, diary.synced, presence.synced]).to.deep.equal([[[]], [false, true], true]);
      }),
    );

    it(
      'RTP1, RTP13: are not known for sure between ATTACHED with HAS_PRESENCE and the last page of the sync',
      at0((fake) => {
        const { diary, presence, server } = heard(fake, sync);
        expect(presence.synced).to.equal(false);
        server.sync('s:1', member('present', 'ann'));
        expect(presence.synced).to.equal(false);
        server.sync('s:', member('present', 'bob'));
        expect([presence.synced, diary.synced]).to.deep.equal([true, [false, true]]);
        expect(diary.names).to.deep.equal([[], ['ann', 'bob']]);
        expect(diary.said).to.deep.equal(['present ann', 'present bob']);
        expect(diary.changes.map(({ entered }) => namesOf(entered))).to.deep.equal([['ann', 'bob']]);
      }),
    );

    it(
      'RTP1, RTP18b: may be nobody though HAS_PRESENCE said otherwise',
      at0((fake) => {
        const { diary, server } = heard(fake, sync);
        server.sync('s:');
        expect([diary.names, diary.synced]).to.deep.equal([[[]], [false, true]]);
      }),
    );

    it(
      'RTP1: are known for sure for whoever asks later, without a subscriber before',
      at0((fake) => {
        const channels = ['a', 'b'].map((name) => fake.client.channel(name));
        for (const channel of channels) channel.attach().catch(ignore);
        fake.server.welcome();
        fake.server.attached('a');
        fake.server.attached('b', { flags: sync });
        expect(channels.map(({ presence }) => presence.synced)).to.deep.equal([true, false]);
        fake.server.say({ action: Action.sync, channel: 'b', presence: [member('present', 'ann')] });
        expect(channels.map(({ presence }) => namesOf(presence.members))).to.deep.equal([[], ['ann']]);
        expect(channels[1]?.presence.synced).to.equal(true);
        const third = fake.client.channel('c');
        third.attach().catch(ignore);
        fake.server.attached('c');
        fake.server.attached('c', { flags: sync | Flag.resumed }); // a sync follows
        expect(third.presence.synced).to.equal(false);
      }),
    );

    it(
      'RTP2: one who comes, is updated or leaves is that in the change, and nothing else',
      at0((fake) => {
        const { diary, server } = heard(fake);
        for (const [at, action] of (['enter', 'update', 'leave'] as const).entries())
          server.tell(member(action, 'ann', { at }));
        expect(
          diary.changes.map(({ entered, updated, left }) => [entered, updated, left].map(namesOf)),
        ).to.deep.equal([
          [['ann'], [], []],
          [[], ['ann'], []],
          [[], [], ['ann']],
        ]);
      }),
    );

    it(
      'RTP18, RTP18a, RTP19: are named anew whenever the server likes; who is not, has left',
      at0((fake) => {
        const { diary, server, presence } = heard(fake);
        server.tell(member('enter', 'ann', { data: 'd' }), member('enter', 'bob'));
        fake.server.say({
          action: Action.sync,
          channel: 'a',
          channelSerial: 's:9',
          presence: [member('present', 'bob')],
        });
        expect([namesOf(presence.members), presence.synced]).to.deep.equal([['ann', 'bob'], false]);
        server.sync('s:');
        expect(diary.names).to.deep.equal([[], ['ann'], ['ann', 'bob'], ['bob']]);
        expect(diary.said).to.deep.equal(['enter ann', 'enter bob', 'leave ann']);
        expect(diary.events[2]).to.include({ id: undefined, data: 'd', timestamp: 0, connectionId: 'other' });
        expect(diary.synced).to.deep.equal([false, true, false, true]);
        expect(diary.changes[2]?.left.map(saidBy)).to.deep.equal(['present ann']);
      }),
    );

    it(
      'RTP18c: are named in one frame where SYNC has no channelSerial, also while another sync is under way',
      at0((fake) => {
        const { diary, server } = heard(fake, sync);
        server.sync('s:1', member('present', 'ann'));
        server.sync(undefined, member('present', 'bob'));
        expect(diary.names).to.deep.equal([[], ['bob']]);
        expect(diary.said).to.deep.equal(['present ann', 'present bob', 'leave ann']);
        expect(diary.synced).to.deep.equal([false, true]);
      }),
    );

    it(
      'RTP18a, RTP18b: follow a cursor that has colons in it',
      at0((fake) => {
        const { diary, server, presence } = heard(fake, sync);
        server.sync('s:c:1', member('present', 'ann'));
        server.sync('s:c:', member('present', 'bob'));
        expect(presence.synced).to.equal(false);
        server.sync('s:', member('present', 'cyd'));
        expect(diary.names).to.deep.equal([[], ['ann', 'bob', 'cyd']]);
      }),
    );

    it(
      'RTP2h2: who leave in a sync stand there until its end',
      at0((fake) => {
        const { diary, server, presence } = heard(fake);
        server.tell(member('enter', 'ann'));
        server.sync('s:1', member('present', 'ann'));
        server.tell(member('leave', 'ann', { at: 1 }));
        expect(namesOf(presence.members)).to.deep.equal(['ann']);
        server.sync('s:');
        expect(diary.said).to.deep.equal(['enter ann', 'leave ann']);
        expect(diary.names).to.deep.equal([[], ['ann'], []]);
      }),
    );

    it(
      'RTP19a, RTP1: have all left where ATTACHED announces none any more',
      at0((fake) => {
        const { diary, server, presence } = heard(fake);
        server.tell(member('enter', 'ann'), member('enter', 'bob'));
        server.attached();
        expect(diary.said.slice(2)).to.deep.equal(['leave ann', 'leave bob']);
        expect(diary.events.slice(2).map(({ id, timestamp }) => [id, timestamp])).to.deep.equal([
          [undefined, 0],
          [undefined, 0],
        ]);
        expect(diary.names.at(-1)).to.deep.equal([]);
        expect(diary.changes.at(-1)?.left.map(saidBy)).to.deep.equal(['present ann', 'present bob']);
        expect(presence.synced).to.equal(true);
      }),
    );

    it(
      'RTL12, RTP17i: stay as they are where ATTACHED says that nothing was missed',
      at0((fake) => {
        const { diary, server, presence } = heard(fake);
        server.tell(member('enter', 'ann'));
        server.attached(Flag.resumed);
        server.attached(Flag.resumed | sync);
        expect([diary.names, diary.said, presence.synced]).to.deep.equal([
          [[], ['ann']],
          ['enter ann'],
          true,
        ]);
      }),
    );

    for (const announced of [0, sync])
      it(
        `RTP19a: are named anew${announced ? '' : ', or have left,'} where the mode presence_subscribe was missing for a while`,
        at0((fake) => {
          const { diary, server, presence } = heard(fake);
          server.tell(member('enter', 'ann'));
          server.attached(Flag.resumed | Flag.publish);
          expect(namesOf(presence.members)).to.deep.equal(['ann']);
          server.attached(Flag.resumed | Flag.publish | Flag.presenceSubscribe | announced);
          if (announced) server.sync('s:', member('present', 'bob'));
          expect(namesOf(presence.members)).to.deep.equal(announced ? ['bob'] : []);
          expect(diary.said.at(-1)).to.equal('leave ann');
          expect([presence.synced, server.asked()]).to.deep.equal([true, []]);
        }),
      );

    it(
      'RTL12, RTP18: begin anew where ATTACHED says that something was missed',
      at0((fake) => {
        const { diary, server } = heard(fake, sync);
        server.sync('s:1', member('present', 'ann'));
        server.attached(sync);
        server.sync('t:', member('present', 'bob'));
        expect(diary.names).to.deep.equal([[], ['bob']]);
        expect(diary.said).to.deep.equal(['present ann', 'present bob', 'leave ann']);
      }),
    );

    it(
      'RTP5a: are nobody on a channel that was detached, without an event, and are told as left',
      at0((fake) => {
        const { channel, diary, server, presence } = heard(fake);
        server.tell(member('enter', 'ann'));
        channel.detach().catch(ignore);
        expect(namesOf(presence.members)).to.deep.equal(['ann']);
        server.detached();
        expect([diary.said, diary.names, diary.ends]).to.deep.equal([['enter ann'], [[], ['ann'], []], []]);
        expect(diary.changes.at(-1)?.left.map(saidBy)).to.deep.equal(['present ann']);
        expect(presence.synced).to.equal(false);
      }),
    );

    it(
      'RTP5a: are nobody on a channel that has failed; the events end with the error, the members go on',
      at0((fake) => {
        const { channel, diary, server, presence } = heard(fake);
        server.tell(member('enter', 'ann'));
        server.failed();
        expect([diary.said, diary.names]).to.deep.equal([['enter ann'], [[], ['ann'], []]]);
        expect(diary.ends).to.deep.equal([channel.errorReason]);
        channel.attach().catch(ignore);
        server.attached(sync);
        server.sync('s:', member('present', 'bob'));
        expect(diary.names.slice(3)).to.deep.equal([['bob']]);
        expect([presence.synced, diary.said]).to.deep.equal([true, ['enter ann']]);
      }),
    );

    it(
      'RTP5f: stay while the channel is suspended; afterwards only what is different is told',
      lives(
        200,
        (fake) => {
          const { client, at } = fake;
          const diary = diaryOf(client.channel('a').presence);
          const server = presenceOn(fake);
          at(1, () => {
            fake.server.welcome();
            server.announced();
            server.sync('s:', ...['ann', 'bob', 'cyd'].map((name) => member('present', name, { data: 1 })));
            diary.events.length = 0;
            server.detached({ code: 50000 });
            expect([client.channel('a').state, diary.synced]).to.deep.equal([
              'attaching',
              [false, true, false],
            ]);
          });
          at(60, () => {
            expect(client.channel('a').state).to.equal('suspended');
            expect(namesOf(client.channel('a').presence.members)).to.deep.equal(['ann', 'bob', 'cyd']);
          });
          at(80, () => {
            const ann = client.channel('a').presence.members.get('other:ann');
            server.announced();
            const bob = member('present', 'bob', { at: 1, data: 2 });
            server.sync('t:', member('present', 'ann', { data: 1 }), bob, member('present', 'dan'));
            expect(diary.said).to.deep.equal(['present bob', 'present dan', 'leave cyd']);
            expect(diary.names.slice(1)).to.deep.equal([
              ['ann', 'bob', 'cyd'],
              ['ann', 'bob', 'dan'],
            ]);
            expect(diary.members.at(-1)?.get('other:ann')).to.equal(ann);
            const [, { entered, updated, left } = { entered: [], updated: [], left: [] }] = diary.changes;
            expect([entered, updated, left].map(namesOf)).to.deep.equal([['dan'], ['bob'], ['cyd']]);
            expect(updated[0]?.data).to.equal(2);
          });
        },
        { realtimeRequestTimeout: 50, channelRetryTimeout: 1000 },
      ),
    );

    it(
      'RTP5f, RTP13: are not known for sure any more where the connection is suspended',
      lives(200_000, (fake) => {
        const { presence } = fake.client.channel('a');
        presence.members$.subscribe();
        fake.at(1, () => {
          fake.server.welcome();
          presenceOn(fake).attached();
          presenceOn(fake).tell(member('enter', 'ann'));
          fake.server.drop();
          expect(presence.synced).to.equal(true);
        });
        fake.at(150_000, () => {
          expect(fake.client.channel('a').state).to.equal('suspended');
          expect([presence.synced, namesOf(presence.members)]).to.deep.equal([false, ['ann']]);
        });
      }),
    );

    it(
      'RTP5f, RTP18: are named anew after a loss, and until then stay as they were',
      lives(50, (fake) => {
        const diary = diaryOf(fake.client.channel('a').presence);
        const server = presenceOn(fake);
        fake.at(1, () => {
          fake.server.welcome();
          server.announced();
          server.sync('s:', member('present', 'ann'));
          server.sync('t:1', member('present', 'bob'));
          fake.server.drop();
        });
        fake.at(2, () => {
          fake.server.welcome();
          server.tell(member('leave', 'ann', { at: 1 })); // not attached yet: it counts for nothing
          server.announced(Flag.resumed);
          expect(diary.names).to.deep.equal([[], ['ann']]);
          server.sync('u:', member('present', 'ann'));
          expect(diary.names).to.deep.equal([[], ['ann']]);
          expect(diary.said).to.deep.equal(['present ann', 'present bob', 'leave bob']);
        });
      }),
    );

    it(
      'RTP6a, RTP6b, RTP7a, RTP7b, RTP7c: are told of by action, by actions, by clientId, and by both, as long as one subscribes',
      at0((fake) => {
        const { presence } = fake.client.channel('a');
        const told: Record<string, string[]> = {
          all: [],
          leave: [],
          'enter or update': [],
          ann: [],
          both: [],
          none: [],
        };
        const streams = {
          all: presence.events$,
          leave: presence.events('leave'),
          'enter or update': presence.events(['enter', 'update']),
          ann: presence.events({ clientId: 'ann' }),
          both: presence.events({ clientId: 'ann', action: ['leave'] }),
          none: presence.events([]),
        };
        const all = Object.entries(streams).map(([name, events$]) =>
          events$.subscribe((event) => told[name]?.push(saidBy(event))),
        );
        const server = presenceOn(fake);
        fake.server.welcome();
        server.announced();
        server.sync('s:', member('present', 'ann'));
        server.tell(
          member('enter', 'bob'),
          member('update', 'ann', { at: 1 }),
          member('leave', 'ann', { at: 2 }),
        );
        server.tell(member('leave', 'bob', { at: 2 }));
        const expected = {
          all: ['present ann', 'enter bob', 'update ann', 'leave ann', 'leave bob'],
          leave: ['leave ann', 'leave bob'],
          'enter or update': ['enter bob', 'update ann'],
          ann: ['present ann', 'update ann', 'leave ann'],
          both: ['leave ann'],
          none: [],
        };
        expect(told).to.deep.equal(expected);
        for (const each of all) each.unsubscribe();
        server.tell(member('enter', 'bob', { at: 3 }));
        expect(told).to.deep.equal(expected);
      }),
    );

    it(
      'RTP6d, RTL7g: take a lease for whoever listens to members, changes or events, and give it back after the grace',
      lives(
        100,
        (fake) => {
          const { client, server, at } = fake;
          const { presence } = client.channel('a');
          const { presence: other } = client.channel('b');
          const streams: readonly Observable<unknown>[] = [
            presence.members$,
            presence.changes$,
            presence.events$,
          ];
          const leases = streams.map((each$) => each$.subscribe());
          const silent = other.synced$.subscribe();
          at(1, () => {
            server.welcome();
            server.attached('a');
            expect(server.heard().map(({ action, channel }) => `${action} ${channel}`)).to.deep.equal([
              'ATTACH a',
            ]);
          });
          leases.forEach((lease, index) => {
            at(10 + index, () => {
              lease.unsubscribe();
            });
          });
          at(31, () => {
            expect(client.channel('a').state).to.equal('attached');
          });
          at(33, () => {
            expect(client.channel('a').state).to.equal('detaching');
            server.say({ action: Action.detached, channel: 'a' });
            presence.events('enter').subscribe();
            expect(client.channel('a').state).to.equal('attaching');
            silent.unsubscribe();
          });
        },
        { detachGrace: 20 },
      ),
    );

    it(
      'RTP6e, RTL7h: take none where attachOnSubscribe is false',
      at0((fake) => {
        const diary = diaryOf(fake.client.channel('a', { attachOnSubscribe: false }).presence);
        expect([fake.net.dialled, fake.client.channel('a').state]).to.deep.equal([[], 'initialized']);
        fake.client.channel('a').attach().catch(ignore);
        fake.server.welcome();
        fake.server.attached('a');
        presenceOn(fake).tell(member('enter', 'ann'));
        expect([diary.names, diary.said]).to.deep.equal([[[], ['ann']], ['enter ann']]);
      }),
    );

    it(
      'are told at once to each who subscribes, and events and changes to nobody who comes later',
      at0((fake) => {
        const { server, presence } = heard(fake);
        server.tell(member('enter', 'ann'));
        const later = diaryOf(presence);
        expect([later.names, later.synced, later.said, later.changes]).to.deep.equal([
          [['ann']],
          [true],
          [],
          [],
        ]);
        expect(later.members[0]).to.equal(presence.members);
      }),
    );

    it(
      'stay in an old value as they were, also for whoever is walking through it, and each who is unchanged the same object',
      at0((fake) => {
        const { diary, server, presence } = heard(fake);
        server.tell(member('enter', 'ann'), member('enter', 'bob'), member('enter', 'cyd'));
        const [ann, old] = [presence.members.get('other:ann'), presence.members];
        const walk = old.values();
        walk.next();
        server.tell(member('leave', 'bob', { at: 1 }), member('update', 'cyd', { at: 1, data: 'new' }));
        expect(namesOf([...walk])).to.deep.equal(['bob', 'cyd']);
        expect([namesOf(old), old.get('other:cyd')?.data]).to.deep.equal([['ann', 'bob', 'cyd'], undefined]);
        expect(presence.members.get('other:ann')).to.equal(ann);
        expect(diary.names).to.deep.equal([
          ...[[], ['ann'], ['ann', 'bob'], ['ann', 'bob', 'cyd']],
          ...[
            ['ann', 'cyd'],
            ['ann', 'cyd'],
          ],
        ]);
      }),
    );

    it(
      'are what the changes make of nobody, whatever happens',
      at0((fake) => {
        const { channel, diary, server, presence } = heard(fake, sync);
        const agree = (): void => {
          expect(new Map(presence.members)).to.deep.equal(folded(diary.changes));
        };
        const steps: readonly (() => void)[] = [
          () => server.tell(member('enter', 'ann')),
          () => server.sync('s:1', member('present', 'bob')),
          () => server.sync('s:', member('present', 'cyd', { data: 1 })),
          () => server.tell(member('update', 'cyd', { at: 1, data: 2 }), member('leave', 'bob', { at: 1 })),
          () => server.tell(member('update', 'cyd', { at: 1, data: 3 })),
          () => server.attached(),
          () => server.tell(member('enter', 'ann', { at: 5 }), member('enter', 'bob', { at: 5 })),
          () => channel.detach().catch(ignore),
          () => server.detached(),
        ];
        for (const step of steps) {
          step();
          agree();
        }
        expect(diary.changes).to.have.length(7);
      }),
    );

    it(
      'TP3a, TP3d, TP3g, TP3e, RTL15b: come decoded, with what their frame knows; the frame moves the channel on',
      at0((fake) => {
        const { channel, diary } = heard(fake);
        const presence: readonly WireMessage[] = [
          { action: 2, clientId: 'ann', data: '{"a":1}', encoding: 'json' },
          { action: 2, clientId: 'bob', data: 'AQI=', encoding: 'base64', extras: { headers: { a: 'b' } } },
        ];
        const of = { connectionId: 'other', id: 'other:7', timestamp: 42, channelSerial: 's-1' };
        fake.server.say({ action: Action.presence, channel: 'a', presence, ...of });
        const filled = { action: 'enter', connectionId: 'other', timestamp: 42, encoding: undefined };
        expect(diary.events).to.deep.equal([
          {
            ...filled,
            id: 'other:7:0',
            clientId: 'ann',
            data: { a: 1 },
            extras: undefined,
            memberKey: 'other:ann',
          },
          {
            ...{ ...filled, id: 'other:7:1', clientId: 'bob', data: new Uint8Array([1, 2]) },
            ...{ extras: { headers: { a: 'b' } }, memberKey: 'other:bob' },
          },
        ]);
        expect(channel.properties.channelSerial).to.equal('s-1');
        fake.server.say({ action: Action.sync, channel: 'a', channelSerial: 'x:' });
        expect(channel.properties.channelSerial).to.equal('s-1');
      }),
    );

    it(
      'RSL5, RSL6b: are decrypted; what cannot be is delivered as it came, and told',
      at0((fake) => {
        const cipher = aes({ key: new Uint8Array(16).fill(7) });
        const errors: ErrorInfo[] = [];
        fake.client.errors$.subscribe((error) => errors.push(error));
        const { diary, server } = heard(fake, 0, { cipher });
        const secret = Buffer.from(cipher.encrypt(new TextEncoder().encode('psst'))).toString('base64');
        const encoding = `utf-8/${cipher.encoding}/base64`;
        server.tell(member('enter', 'ann', { data: secret, encoding }));
        server.tell(member('enter', 'bob', { data: 'x', encoding: 'unheard-of' }));
        expect(diary.events.map(({ data, encoding: left }) => [data, left])).to.deep.equal([
          ['psst', undefined],
          ['x', 'unheard-of'],
        ]);
        expect(errors.map(({ code }) => code)).to.deep.equal([40013]);
      }),
    );

    it(
      'are none of the business of schemas',
      at0((fake) => {
        const refusing = {
          '~standard': {
            version: 1 as const,
            vendor: 'x',
            validate: () => ({ issues: [{ message: 'no' }] }),
          },
        };
        const { diary, server, presence } = heard(fake, 0, { schemas: { enter: refusing } });
        server.tell(member('enter', 'ann', { data: 'anything' }));
        expect(diary.events[0]?.data).to.equal('anything');
        presence.enterClient('bob', 'anything else').catch(ignore);
        expect(server.asked()).to.have.length(1);
      }),
    );

    it(
      'RTF1: outlive frames that make no sense, for this or for other channels',
      at0((fake) => {
        const errors: number[] = [];
        fake.client.errors$.subscribe(({ code }) => errors.push(code));
        const { diary, server, presence } = heard(fake);
        fake.server.say({
          action: Action.presence,
          channel: 'nobody asked for it',
          presence: [member('enter', 'x')],
        });
        fake.server.say({ action: Action.presence, channel: 'a' });
        fake.server.say({ action: Action.presence, channel: 'a', presence: null as never });
        server.tell(null as never, 'text' as never, member('enter', 'ann'));
        expect(diary.said).to.deep.equal(['enter ann']);
        fake.server.say({ action: Action.presence, channel: 'a', presence: 7 as never });
        fake.server.say({ action: Action.sync, channel: 'a', presence: 'text' as never });
        server.tell({ action: 99, clientId: 'bob', id: 'other:0:0', connectionId: 'other' });
        server.tell({ ...member('enter', 'cyd'), id: 7 as never });
        expect([namesOf(presence.members), presence.synced]).to.deep.equal([['ann', 'cyd'], true]);
        expect(errors).to.deep.equal([40013, 40013, 40013, 40013]);
      }),
    );

    it(
      'RTL7i2, RTP11f2: are said once an attachment not to come where their mode is missing; whoever listens goes on',
      at0(
        (fake) => {
          const { channel, diary, presence, server } = heard(fake, Flag.subscribe | Flag.publish);
          presence.members$.subscribe();
          expect([lines, diary.ends]).to.deep.equal([['presence_subscribe'], []]);
          server.attached(Flag.subscribe);
          expect(lines).to.have.length(2);
          server.attached(Flag.presenceSubscribe);
          expect([lines.length, channel.state]).to.deep.equal([2, 'attached']);
          lines.length = 0;
        },
        {
          log: (level: string, { message }: { message: string }) => {
            const [, mode] = /without the mode "(\w+)"/.exec(message) ?? [];
            if (level === 'error' && mode) lines.push(mode);
          },
        },
      ),
    );

    for (const frame of ['PRESENCE', 'SYNC'])
      it(`are nobody where the client is disposed of in the middle of a ${frame}`, () => {
        const fake = fakeAbly(codec);
        const { presence } = fake.client.channel('a');
        const server = presenceOn({ ...fake, at: () => undefined });
        presence.events$.subscribe(() => void fake.client.dispose());
        fake.server.welcome();
        server.attached(frame === 'SYNC' ? Flag.hasPresence : 0);
        const all = [member('present', 'ann'), member('present', 'bob')];
        if (frame === 'SYNC') server.sync(undefined, ...all);
        else server.tell(...all);
        expect([namesOf(presence.members), presence.synced]).to.deep.equal([[], false]);
      });

    it('end with the client, for those who are there and for those who come later', () => {
      const held: ReturnType<typeof heard>[] = [];
      at0((fake) => {
        held.push(heard(fake));
        presenceOn(fake).tell(member('enter', 'ann'));
      })();
      for (const { diary, presence } of held) {
        expect(diary.ends).to.deep.equal(['complete']);
        const later: unknown[] = [];
        const streams: readonly Observable<unknown>[] = [
          presence.members$,
          presence.synced$,
          presence.changes$,
        ];
        for (const each$ of [...streams, presence.events$, presence.events('enter')])
          concat(each$, of('complete')).subscribe((value) => later.push(value));
        const gone = [presence.members, 'complete', false, 'complete'];
        expect(later).to.deep.equal([...gone, 'complete', 'complete', 'complete']);
      }
    });
  });

const lines: string[] = [];
