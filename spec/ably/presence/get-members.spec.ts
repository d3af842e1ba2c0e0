import { expect } from 'chai';
import type { PresenceParams } from '../../../lib/ably/presence/presence.js';
import type { ClientOptions } from '../../../lib/ably/client/options.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { Flag } from '../../../lib/ably/wire/flags.js';
import { codecs, type FakeAbly, life } from '../../support/fake-ably.js';
import { ignore } from '../../support/ignore.js';
import { namesOf, presenceOn, wireMember as member } from '../../support/presence.js';

const refused = { code: 40160, statusCode: 401, message: 'no' };
const third = { connectionId: 'third' };

for (const codec of codecs)
  describe(`asking for the members of a channel, ${codec.format}`, () => {
    /** What each `get()` of a life came to: names, or a code. */
    const told = async (
      script: (fake: FakeAbly, get: (params?: PresenceParams) => void) => void,
      { until = 100, ...options }: Partial<ClientOptions> & { readonly until?: number } = {},
    ): Promise<readonly unknown[]> => {
      const ends: Promise<unknown>[] = [];
      life(codec, { until, ...options }, (fake) => {
        const get = (params?: PresenceParams): void => {
          const got = fake.client.channel('a').presence.get(params);
          ends.push(got.then(namesOf, (error: unknown) => (error instanceof ErrorInfo ? error.code : error)));
        };
        fake.at(0, () => {
          script(fake, get);
        });
      })();
      return Promise.all(ends);
    };
    const attached = (fake: FakeAbly, flags = 0) => {
      const channel = fake.client.channel('a');
      channel.attach().catch(ignore);
      fake.server.welcome();
      const server = presenceOn(fake);
      server.attached(flags);
      return { channel, server };
    };

    it('RTP11a, RTP11c1: waits for the sync, and tells who is there then', async () => {
      const ends = await told((fake, get) => {
        const { server } = attached(fake, Flag.hasPresence);
        get();
        get({ waitForSync: true });
        server.sync('s:1', member('present', 'ann'));
        get();
        server.sync('s:', member('present', 'bob'));
        get();
        server.tell(member('leave', 'ann', { at: 1 }));
        get();
        server.failed(); // whatever comes next, in the same tick
      });
      const all = ['ann', 'bob'];
      expect(ends).to.deep.equal([all, all, all, all, ['bob']]);
    });

    it('RTP11c1: tells who is known where it shall not wait, which may not be all; but nobody who has left', async () => {
      const ends = await told((fake, get) => {
        const { server } = attached(fake, Flag.hasPresence);
        get({ waitForSync: false });
        server.sync('s:1', member('present', 'ann'), member('present', 'bob'));
        server.tell(member('leave', 'ann', { at: 1 }));
        get({ waitForSync: false });
      });
      expect(ends).to.deep.equal([[], ['bob']]);
    });

    it('RTP11c2, RTP11c3: tells those of one clientId, of one connection, or both', async () => {
      const ends = await told((fake, get) => {
        const { server } = attached(fake);
        server.tell(member('enter', 'ann'), member('enter', 'ann', third), member('enter', 'bob', third));
        get({ clientId: 'ann' });
        get({ connectionId: 'third' });
        get({ clientId: 'ann', connectionId: 'third' });
        get({ clientId: 'nobody' });
        get({});
      });
      expect(ends).to.deep.equal([['ann', 'ann'], ['ann', 'bob'], ['ann'], [], ['ann', 'ann', 'bob']]);
    });

    it('RTP11e, RTL33a: does not attach where the channel is attached, and lets go of nothing that others hold', async () => {
      const ends = await told((fake, get) => {
        const { channel } = attached(fake);
        get();
        expect([channel.state, fake.server.heard().length]).to.deep.equal(['attached', 1]);
      });
      expect(ends).to.deep.equal([[]]);
    });

    it('RTP11e, RTL33a: tells who is known also where the connection is about to be closed', async () => {
      const ends = await told((fake, get) => {
        const { server } = attached(fake);
        server.tell(member('enter', 'ann'));
        void fake.client.close();
        get();
      });
      expect(ends).to.deep.equal([['ann']]);
    });

    it('RTP14d, RTP14a: tells all whom one client has entered', async () => {
      const names = Array.from({ length: 20 }, (_, index) => `m${index}`).sort();
      const ends = await told((fake, get) => {
        const { channel, server } = attached(fake);
        for (const name of names) channel.presence.enterClient(name).catch(ignore);
        server.ack(0, 20);
        server.tell(
          ...names.map((name, index) => member('enter', name, { at: index, connectionId: 'id-1' })),
        );
        get();
      });
      expect(ends).to.deep.equal([names]);
    });

    it('RTP11e, RTL33b: connects and attaches, and lets go of the channel when it has been answered', async () => {
      const ends = await told(
        (fake, get) => {
          const { client, at } = fake;
          const server = presenceOn(fake);
          get();
          expect(client.channel('a').state).to.equal('attaching');
          at(1, () => {
            fake.server.welcome();
            server.announced();
          });
          at(50, () => {
            expect(client.channel('a').state).to.equal('attached');
            server.sync('s:', member('present', 'ann'));
          });
          at(69, () => {
            expect(client.channel('a').state).to.equal('attached');
          });
          at(71, () => {
            expect(client.channel('a').state).to.equal('detaching');
            get({ waitForSync: false });
            server.detached();
            expect(client.channel('a').state).to.equal('attaching');
            server.announced();
          });
        },
        { detachGrace: 20 },
      );
      expect(ends).to.deep.equal([['ann'], []]);
    });

    it('RTP11e, RTL33b: attaches once more after detach(), and where attachOnSubscribe is false', async () => {
      const ends = await told((fake, get) => {
        const { channel, server } = attached(fake);
        void channel.setOptions({ attachOnSubscribe: false });
        channel.detach().catch(ignore);
        get();
        server.detached();
        server.attached();
        channel.detach().catch(ignore);
        server.detached();
        get();
        server.announced();
        server.sync('s:', member('present', 'ann'));
      });
      expect(ends).to.deep.equal([[], ['ann']]);
    });

    it('RTP11e, RTL33b1: rejects with the reason where the channel cannot be attached', async () => {
      const ends = await told((fake, get) => {
        get();
        fake.server.welcome();
        presenceOn(fake).failed(refused);
      });
      const late = await told(
        (fake, get) => {
          get();
          fake.server.welcome();
        },
        { realtimeRequestTimeout: 50 },
      );
      const detached = await told((fake, get) => {
        get();
        fake.server.welcome();
        presenceOn(fake).detached({ code: 50_001 });
      });
      expect([ends, late, detached]).to.deep.equal([[40160], [90007], [50_001]]);
    });

    it('RTP11e, RTL33c: rejects at once where the channel has failed', async () => {
      const ends = await told((fake, get) => {
        const { channel, server } = attached(fake);
        server.failed();
        get();
        get({ waitForSync: false });
        expect(channel.state).to.equal('failed');
      });
      expect(ends).to.deep.equal([90001, 90001]);
    });

    it('RTP11d: rejects where the channel is suspended, or tells who was known last', async () => {
      const ends = await told((fake, get) => {
        const { channel, server } = attached(fake);
        server.tell(member('enter', 'ann'));
        server.detached();
        server.detached();
        get();
        get({ waitForSync: false });
        expect(channel.state).to.equal('suspended');
      });
      expect(ends).to.deep.equal([91005, ['ann']]);
    });

    it('RTP11d, RTP11a: rejects where the sync is not going to end', async () => {
      const ends = await told((fake, get) => {
        const { channel, server } = attached(fake, Flag.hasPresence);
        get();
        server.detached();
        server.attached(Flag.hasPresence);
        get();
        server.detached();
        server.detached();
        server.attached(Flag.hasPresence);
        get();
        channel.detach().catch(ignore);
        server.detached();
        channel.attach().catch(ignore);
        server.attached(Flag.hasPresence);
        get();
        server.failed();
      });
      expect(ends).to.deep.equal([91005, 91005, 91005, 91005]);
    });

    it('RTP11a: waits for the sync of the next connection where this one is lost', async () => {
      const ends = await told((fake, get) => {
        const { server } = attached(fake, Flag.hasPresence);
        get();
        server.sync('s:1', member('present', 'ann'));
        fake.server.drop();
        fake.at(2, () => {
          fake.server.welcome();
          server.announced();
          server.sync('t:', member('present', 'bob'));
        });
      });
      expect(ends).to.deep.equal([['bob']]);
    });

    it('RTP11f, RTP11f1: rejects in strict mode where the mode presence_subscribe was not granted', async () => {
      const ends = await told(
        (fake, get) => {
          attached(fake, Flag.subscribe);
          get();
          get({ waitForSync: false });
        },
        { strictMode: true },
      );
      const attaching = await told(
        (fake, get) => {
          get();
          attached(fake, Flag.subscribe | Flag.hasPresence);
        },
        { strictMode: true },
      );
      expect([ends, attaching]).to.deep.equal([[91008, 91008], [91008]]);
    });

    it('RTP11f2, TO3r2: tells what there is otherwise, and says in the log what was wrong', async () => {
      const log: unknown[] = [];
      const ends = await told(
        (fake, get) => {
          const { server } = attached(fake, Flag.subscribe);
          server.tell(member('enter', 'ann'));
          get();
        },
        {
          log: (level, { message, error }) => {
            if (error instanceof ErrorInfo && error.code === 91008)
              log.push([level, message.includes('"strictMode"')]);
          },
        },
      );
      expect([ends, log]).to.deep.equal([[['ann']], [['error', true]]]);
    });

    it('RTP11f: asks for no mode where the server told of none, or of this one', async () => {
      const ends = await told(
        (fake, get) => {
          const { server } = attached(fake);
          get();
          server.attached(Flag.presenceSubscribe | Flag.resumed);
          get();
        },
        { strictMode: true },
      );
      expect(ends).to.deep.equal([[], []]);
    });

    it('RTL4b: rejects where there is no connection, and none is under way', async () => {
      const ends = await told((fake, get) => {
        const { channel } = attached(fake);
        void fake.client.close();
        fake.server.say({ action: 8 });
        expect(channel.state).to.equal('detached');
        get();
      });
      expect(ends).to.deep.equal([80000]);
    });

    it('rejects where the client is disposed of, before, meanwhile and afterwards', async () => {
      const kept: FakeAbly[] = [];
      const ends = await told((fake, get) => {
        kept.push(fake);
        get();
        attached(fake, Flag.hasPresence);
        get();
        void fake.client.dispose();
        get();
      });
      const unattached = await told((_, get) => {
        get();
      });
      expect([ends, unattached]).to.deep.equal([[91005, 91005, 80017], [80017]]);
    });
  });
