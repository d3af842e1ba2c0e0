import { expect } from 'chai';
import { flagsOfModes } from '../../../../../lib/ably/wire/flags.js';
import { createEmulator, type Emulator } from '../../../../../lib/emulator/index.js';
import { virtually } from '../../../../support/virtual-time.js';
import { connectTo, steps } from '../../../fake-client.js';
import { ask, askIn, basic, bearer, type Read } from '../../../fake-http.js';

const none = {
  ...{ connections: 0, publishers: 0, subscribers: 0, objectPublishers: 0, objectSubscribers: 0 },
  ...{ presenceConnections: 0, presenceMembers: 0, presenceSubscribers: 0 },
};

for (const format of ['json', 'msgpack']) {
  describe(`emulator: status and list of channels, ${format}`, () => {
    let emulator: Emulator;
    beforeEach(() => {
      emulator = createEmulator({ random: steps() });
    });
    afterEach(() => emulator.dispose());
    const get = (path: string, headers: Record<string, string> = basic(emulator.key)): Read =>
      askIn(format, emulator, path, { headers });
    const bearing = (capability: Record<string, string[]>) =>
      bearer(emulator.issueToken({ capability }).token);
    const useAll = (...names: string[]): void =>
      names.forEach((name) => emulator.publish(name, { data: 'x' }));

    it('RSL8, CHD2, CHS2, CHO2, CHM2: tells the status of a channel, and its occupancy', () => {
      const client = connectTo(emulator, { format, clientId: 'ann' });
      client.attach('a:b/c', { flags: flagsOfModes(['subscribe', 'presence', 'object_publish']) });
      client.present(0, 'a:b/c', { action: 2 });
      const { status, json } = get(`/channels/${encodeURIComponent('a:b/c')}`);
      expect(status).equal(200);
      expect(json).deep.equal({
        channelId: 'a:b/c',
        status: {
          isActive: true,
          occupancy: {
            metrics: {
              ...{ ...none, connections: 1, subscribers: 1, objectPublishers: 1 },
              ...{ presenceConnections: 1, presenceMembers: 1 },
            },
          },
        },
      });
    });

    it('makes a channel active by asking for it', () => {
      expect(get('/channels/new').json['status']).deep.equal({
        isActive: true,
        occupancy: { metrics: none },
      });
      expect(get('/channels').json).deep.equal(['new']);
    });

    it('returns names, or details with `by=value`, which earlier versions of the API return', () => {
      useAll('b', 'a');
      expect(get('/channels').json).deep.equal(['a', 'b']);
      expect(get('/channels?by=id', { ...basic(emulator.key), 'x-ably-version': '2' }).json).deep.equal([
        'a',
        'b',
      ]);
      for (const { list } of [
        get('/channels?by=value'),
        get('/channels?v=1.2'),
        get('/channels', { ...basic(emulator.key), 'x-ably-version': '2' }),
      ])
        expect(list).deep.equal(
          ['a', 'b'].map((channelId) => ({
            ...{ channelId, status: { isActive: true, occupancy: { metrics: none } } },
          })),
        );
    });

    it('returns pages, of the channels with a prefix', () => {
      useAll('x:3', 'x:1', 'y', 'x:2');
      const first = get('/channels?prefix=x:&limit=2');
      const [, next] = /<\.\/([^>]+)>; rel="next"/.exec(first.link) ?? [];
      const second = get(`/${next}`);
      expect([first.json, second.json]).deep.equal([['x:1', 'x:2'], ['x:3']]);
      expect(second.link).not.contain('rel="next"');
    });

    it('returns the channels of the app of the key alone', () => {
      const two = createEmulator({ keys: ['app.key:secret', 'other.key:secret'] });
      two.publish('a', { data: 'x' });
      two.publish('b', { data: 'x' }, 'other');
      const names = (key: string) => askIn(format, two, '/channels', { headers: basic(key) }).json;
      expect([names('app.key:secret'), names('other.key:secret')]).deep.equal([['a'], ['b']]);
      two.dispose();
    });

    it('asks for the capability channel-metadata: on the channel, and on all for the list', () => {
      const headers = bearing({ a: ['channel-metadata'], b: ['subscribe'] });
      expect(['/channels/a', '/channels/b', '/channels'].map((path) => get(path, headers).code)).deep.equal([
        ...[undefined, 40160, 40160],
      ]);
      expect(get('/channels', bearing({ '*': ['channel-metadata'] })).json).deep.equal(['a']);
    });

    it('refuses bad parameters and other methods', () => {
      for (const query of ['by=name', 'limit=0', 'limit=1001', 'limit=x', 'direction=up'])
        expect(get(`/channels?${query}`)).include({ status: 400, code: 40003 });
      for (const path of ['/channels', '/channels/a'])
        expect(askIn(format, emulator, path, { headers: basic(emulator.key), body: {} }).code).equal(40500);
      expect([get('/channels', {}).code, get('/channels/a', {}).code]).deep.equal([40101, 40101]);
      expect(get('/channels/[filter=eA==]a').code).equal(40010);
    });
  });
}

describe('emulator: active channels', () => {
  it(
    'lists a channel while it is in use, and a minute longer',
    virtually(({ scheduler, act }) => {
      const emulator = createEmulator({ scheduler, maxIdleInterval: 0 });
      const list = () => ask(emulator, '/channels', { headers: basic(emulator.key) }).list;
      const client = connectTo(emulator);
      client.attach('attached');
      emulator.publish('persisted:a', { data: 'x' });
      act('60s a 60s b 60s c', {
        a: () => {
          expect(list()).deep.equal(['attached']);
          client.send({ action: 12, channel: 'attached' });
        },
        b: () => expect(list()).deep.equal([]),
        c: () => emulator.dispose(),
      });
    }),
  );
});
