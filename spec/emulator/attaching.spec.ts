import { expect } from 'chai';
import { Action } from '../../lib/ably/wire/actions.js';
import { type ChannelMode, flagsOfModes, modesOfFlags } from '../../lib/ably/wire/flags.js';
import { createEmulator, type Emulator } from '../../lib/emulator/index.js';
import { connectTo, type FakeClient, steps } from './fake-client.js';
import { ask, basic } from './fake-http.js';

for (const format of ['json', 'msgpack']) {
  describe(`emulator: attaching, ${format}`, () => {
    let emulator: Emulator;
    let client: FakeClient;
    beforeEach(() => {
      emulator = createEmulator({ random: steps() });
      client = connectTo(emulator, { format, clientId: 'ann' });
    });
    afterEach(() => emulator.dispose());

    const modesOf = (channel: string, more: object = {}): readonly ChannelMode[] =>
      modesOfFlags(client.attach(channel, more)?.flags ?? 0);

    it('RTL4k: takes numbers and booleans as channel params, and says them as text', () => {
      for (const data of ['1', '2', '3']) emulator.publish('chat', { data });
      const params = { rewind: 2, delta: null, occupancy: true } as never;
      expect(client.attach('chat', { params })?.params).deep.equal({ rewind: '2' });
      expect(client.data()).deep.equal(['2', '3']);
    });

    it('TB2d: the default modes are those of the docs, with ANNOTATION_PUBLISH', () => {
      expect(modesOf('chat')).deep.equal([
        'presence',
        'publish',
        'subscribe',
        'presence_subscribe',
        'annotation_publish',
      ]);
    });

    it('TB2c: chooses modes by the param `modes`, in the name as well, before those of the flags', () => {
      const params = { modes: 'Subscribe, presence,none' };
      expect(modesOf('chat', { params })).deep.equal(['presence', 'subscribe']);
      expect(client.last()?.params).deep.equal(params);
      expect(modesOf('chat', { params, flags: flagsOfModes(['publish']) })).deep.equal([
        'presence',
        'subscribe',
      ]);
      expect(modesOf('[?modes=publish]chat')).deep.equal(['publish']);
      expect(modesOf('[?modes=message_subscribe]chat')).deep.equal(['subscribe']); // TR3u
    });

    it('TB2c: a param `modes` that names none is not served, and the default modes are granted', () => {
      expect(modesOf('chat', { params: { modes: 'none' } })).length(5);
      expect(client.last()).not.property('params');
    });

    it('TB2c: modes that a param chose are not granted anew with another token', () => {
      const tokenOf = (...operations: string[]): string =>
        emulator.issueToken({ capability: { chat: operations }, clientId: 'ann' }).token;
      const limited = connectTo(emulator, { format, key: undefined, accessToken: tokenOf('subscribe') });
      limited.attach('chat', { params: { modes: 'subscribe,publish' } });
      const count = limited.frames.length;
      limited.send({ action: Action.auth, auth: { accessToken: tokenOf('*') } });
      expect(limited.frames.slice(count).map(({ action }) => action)).deep.equal(['CONNECTED']);
    });

    const wrong = [
      '',
      ':',
      ':chat',
      '[',
      '[x',
      '[]',
      '[]chat',
      '[other]chat',
      '[filter=x]',
      '[?rewind=1]',
      '[meta]',
    ];
    for (const name of [...wrong, '[?rewind=1][x]chat', '[metafilter=x]chat', 'a\nb', 'x'.repeat(2049)])
      it(`40010: refuses the name ${JSON.stringify(name.slice(0, 30))} as the docs say, over HTTP as well`, () => {
        for (const action of [Action.attach, Action.detach]) {
          client.send({ action, channel: name });
          expect(client.last()).nested.include({ action: 'ERROR', channel: name, 'error.code': 40010 });
        }
        expect(client.publish(0, name, { data: 'x' })).nested.include({
          action: 'NACK',
          'error.code': 40010,
        });
        expect(client.end).equal(undefined);
        const headers = basic(emulator.key);
        for (const path of ['messages', 'presence', 'presence/history'])
          if (name !== '')
            expect(ask(emulator, `/channels/${encodeURIComponent(name)}/${path}`, { headers })).include({
              status: 400,
              code: 40010,
            });
        expect(() => emulator.publish(name, { data: 'x' }))
          .throw()
          .property('code', 40010);
      });

    it('takes the name of a metachannel, with params in its qualifier', () => {
      for (const name of ['[meta]log', '[meta?rewind=1]log'])
        expect(client.attach(name)).include({ action: 'ATTACHED', channel: name });
      expect(client.last()?.params).deep.equal({ rewind: '1' });
      emulator.publish('[meta]log', { data: 'x' });
      expect(client.of('MESSAGE').map(({ channel }) => channel)).deep.equal([
        '[meta]log',
        '[meta?rewind=1]log',
      ]);
    });

    it('RTP18: answers a SYNC of a client with its members, whole', () => {
      emulator.presence('chat').enter([{ clientId: 'bot' }, { clientId: 'cat' }]);
      client.attach('chat');
      const serials = ['x:members:1', undefined].map((channelSerial) => {
        client.send({ action: Action.sync, channel: 'chat', ...(channelSerial && { channelSerial }) });
        const sync = client.last();
        expect(sync).include({ action: 'SYNC', channel: 'chat' });
        expect(sync?.presence?.map(({ clientId }) => clientId)).deep.equal(['bot', 'cat']);
        return sync?.channelSerial;
      });
      expect(new Set(serials).size).equal(2);
    });

    it('RTP18: answers a SYNC of a channel that is not attached with an ERROR of that channel', () => {
      client.send({ action: Action.sync, channel: 'chat' });
      expect(client.last()).nested.include({ action: 'ERROR', channel: 'chat', 'error.code': 90001 });
      expect(client.end).equal(undefined);
    });
  });
}
