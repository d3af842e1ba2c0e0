import { expect } from 'chai';
import { firstValueFrom, toArray } from 'rxjs';
import { annotate, deleteAnnotation, getAnnotations, publish } from '../../../lib/rest.js';
import { codecs } from '../../support/fake-ably.js';
import { plain } from '../../support/plain.js';
import { restWorld } from '../../support/rest-world.js';
import { rejectionOf } from '../../support/thrown.js';

const type = 'reaction:distinct.v1';

for (const codec of codecs)
  describe(`annotations without a connection, ${codec.format}`, () => {
    it('RSAN1a, RSAN1a2, RSAN1c, RSAN1c1, RSAN1c2, RSAN1c3, RSAN1c4, RSAN1c5, RSAN1c6, RSAN2a, RSAN3b, RSAN3c, RSL10: annotates a message, takes that back, and reads both', async () => {
      const { client, sent } = restWorld(codec, { clientId: 'me' });
      const channel = client.channel('mutable:a');
      const [serial] = (await publish(channel, 'n', 'x')).serials;
      const data = new Uint8Array([1, 255]);
      await annotate(channel, serial!, { type, name: '👍', data });
      await deleteAnnotation(channel, { serial: serial! }, { type, name: '👍' }); // RSAN1a1
      const path = `/channels/mutable%3Aa/messages/${encodeURIComponent(serial!)}/annotations`;
      const posts = sent.slice(1).map(({ method, path: at, body }) => [method, at, body]);
      expect(posts.map(([method, at]) => [method, at])).to.deep.equal([
        ['POST', path],
        ['POST', path],
      ]);
      const [[created], [deleted]] = posts.map(([, , body]) => body) as [
        [Record<string, unknown>],
        [Record<string, unknown>],
      ];
      expect(created).to.deep.include({ action: 0, messageSerial: serial, type, name: '👍' });
      expect(created['id']).to.match(/^[A-Za-z0-9+/]{12}:0$/);
      expect(created['encoding']).to.equal(codec.binary ? undefined : 'base64');
      expect(deleted).to.deep.include({ action: 1, messageSerial: serial, type });
      const found = await firstValueFrom(getAnnotations(channel, serial!, { limit: 1 }).pipe(toArray()));
      expect(found.map(({ action, name, clientId }) => [action, name, clientId])).to.deep.equal([
        ['annotation.create', '👍', 'me'],
        ['annotation.delete', '👍', 'me'],
      ]);
      expect(plain(found[0]?.data)).to.deep.equal({ bytes: [1, 255] });
    });

    it('RSAN1a2: leaves out the fields that are null', async () => {
      const { client, sent } = restWorld(codec);
      const nothing = { name: null, count: null, clientId: null, data: null, extras: null, id: null };
      await annotate(client.channel('mutable:a'), 's', { type, ...nothing } as never).catch(() => undefined);
      const [wire] = sent[0]?.body as readonly [object];
      expect(Object.keys(wire)).to.have.members(['id', 'action', 'messageSerial', 'type']);
    });

    it('RSAN1a3, RSAN1a4: refuses one without a type, for no message, or too large, and asks no server', async () => {
      const { client, sent } = restWorld(codec, { maxMessageSize: 100 });
      const channel = client.channel('a');
      expect(await rejectionOf(annotate(channel, 's', {} as never))).to.include({ code: 40003 });
      expect(await rejectionOf(annotate(channel, 's', null as never))).to.include({ code: 40003 });
      expect(await rejectionOf(annotate(channel, {}, { type }))).to.include({ code: 40003 });
      const large = annotate(channel, 's', { type, data: 'x'.repeat(200) });
      expect(await rejectionOf(large)).to.include({ code: 40009 });
      expect(sent).to.deep.equal([]);
    });
  });
