import { expect } from 'chai';
import { createEmulator, type Emulator } from '../../../../lib/emulator/index.js';
import { connectTo, steps } from '../../fake-client.js';
import { askIn, basic } from '../../fake-http.js';

for (const format of ['json', 'msgpack']) {
  describe(`emulator: ephemeral messages, ${format}`, () => {
    let emulator: Emulator;
    beforeEach(() => {
      emulator = createEmulator({ random: steps() });
    });
    afterEach(() => emulator.dispose());
    const headers = () => basic(emulator.key);
    const post = (body: unknown, query = '') =>
      askIn(format, emulator, `/channels/chat/messages${query}`, { body, headers: headers() });
    const history = () =>
      askIn(format, emulator, '/channels/chat/messages', { headers: headers() }).list.map(({ data }) => data);
    const ephemeral = { ephemeral: true };

    it('are delivered to present attachments, and are not in the history', () => {
      const client = connectTo(emulator, { format });
      client.attach('chat');
      client.publish(0, 'chat', { data: 'a', extras: { ephemeral: true, headers: { h: 1 } } });
      client.publish(1, 'chat', { data: 'b', extras: { ephemeral: false } });
      client.publish(2, 'chat', { data: 'c', extras: ephemeral }, { data: 'd', extras: ephemeral });
      expect([client.data(), history()]).deep.equal([['a', 'b', 'c', 'd'], ['b']]);
    });

    it('are not sent on a rewind, nor when a connection is resumed', () => {
      const client = connectTo(emulator, { format });
      const { channelSerial } = client.attach('chat') ?? {};
      emulator.connections[0]?.drop();
      emulator.publish('chat', [{ data: 'a', extras: ephemeral }]);
      emulator.publish('chat', { data: 'b' });
      const again = connectTo(emulator, { format, resume: client.key() });
      again.attach('chat', { ...(channelSerial !== undefined && { channelSerial }) });
      const rewinding = connectTo(emulator, { format });
      rewinding.attach('chat', { params: { rewind: '5' } });
      expect([again.data(), rewinding.data()]).deep.equal([['b'], ['b']]);
    });

    it('RSL1l: come from the parameter `ephemeral` of a publish over HTTP too', () => {
      const client = connectTo(emulator, { format });
      client.attach('chat');
      expect(post({ data: 'a', extras: { headers: { h: 1 } } }, '?ephemeral=true').status).equal(201);
      post([{ data: 'b' }], '?ephemeral=false');
      const [frame] = client.of('MESSAGE');
      expect(frame?.messages?.[0]?.extras).deep.equal({ headers: { h: 1 }, ephemeral: true });
      expect(history()).deep.equal(['b']);
      expect(post({ data: 'a', extras: 'x' }, '?ephemeral=true').code).equal(40032);
    });

    it('are not published together with others', () => {
      expect(post([{ data: 'a', extras: ephemeral }, { data: 'b' }])).include({ status: 400, code: 40000 });
      expect(history()).deep.equal([]);
    });
  });
}
