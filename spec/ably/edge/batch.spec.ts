import { expect } from 'chai';
import { firstValueFrom, toArray } from 'rxjs';
import { tokenAuth } from '../../../lib/auth.js';
import { batchPresence, batchPublish, ErrorInfo, historyOf } from '../../../lib/rest.js';
import { codecs } from '../../support/fake-ably.js';
import { answerIn, restWorld } from '../../support/rest-world.js';
import { rejectionOf } from '../../support/thrown.js';

for (const codec of codecs)
  describe(`batches, ${codec.format}`, () => {
    /** A client that may do something on `a` and `b` alone. */
    const limited = (operation: string) => {
      const world: ReturnType<typeof restWorld> = restWorld(codec, {
        auth: tokenAuth({
          authCallback: () =>
            world.emulator.issueToken({ capability: { a: [operation], b: [operation] } }).token,
        }),
      });
      return world;
    };

    it('RSC22c, RSC22b, RSC22d, BSP1, BSP2a, BSP2b, BPR1, BPR2a, BPR2b, BPR2c, BAR2a, BAR2c: publishes on many channels in one request', async () => {
      const { client, sent } = restWorld(codec);
      const messages = [{ name: 'n', data: { any: 1 } }, { data: 'text' }];
      const results = await batchPublish(client, [
        { channels: ['a', 'b'], messages },
        { channels: ['c'], messages: [{ data: 'x', id: 'mine' }] },
      ]);
      expect(results.map(({ successCount, failureCount }) => [successCount, failureCount])).to.deep.equal([
        [2, 0],
        [1, 0],
      ]);
      expect(results[0]?.results[1]).to.include({ channel: 'b' }).and.have.property('messageId').a('string');
      expect(results[0]?.results[1]).to.have.property('serials').with.length(2);
      const found = await firstValueFrom(
        historyOf(client.channel('b'), { direction: 'forwards' }).pipe(toArray()),
      );
      expect(found.map(({ data }) => data)).to.deep.equal([{ any: 1 }, 'text']);
      expect([sent[0]?.method, sent[0]?.path]).to.deep.equal(['POST', '/messages']);
      const ids = (sent[0]?.body as readonly { readonly messages: readonly { readonly id: string }[] }[]).map(
        (spec) => spec.messages.map(({ id }) => id.replace(/^[A-Za-z0-9+/]{12}:/, 'base:')),
      );
      expect(ids).to.deep.equal([['base:0', 'base:1'], ['mine']]);
    });

    it('RSC22b, BPF1, BPF2a, BPF2b, BAR2b: answers one spec with one result, and tells who refused', async () => {
      const { client } = limited('publish');
      const spec = { channels: ['a', 'z'], messages: [{ data: 'x' }] };
      const { successCount, failureCount, results } = await batchPublish(client, spec);
      expect([successCount, failureCount, results.map(({ channel }) => channel)]).to.deep.equal([
        ...[1, 1, ['a', 'z']],
      ]);
      const [, refused] = results;
      expect(refused && 'error' in refused && refused.error)
        .to.be.an.instanceof(ErrorInfo)
        .and.include({ code: 40160 });
    });

    it('RSC24, BGR1, BGR2a, BGR2b, BGF1, BGF2a, BGF2b: asks for the members of many channels', async () => {
      const { client, emulator, sent } = limited('presence');
      emulator.presence('a').enter([{ clientId: 'ann', data: { any: 1 } }, { clientId: 'bob' }]);
      const { successCount, failureCount, results } = await batchPresence(client, ['a', 'b', 'z']);
      expect([successCount, failureCount]).to.deep.equal([2, 1]);
      const [inA, inB, inZ] = results;
      expect(
        inA && 'presence' in inA && inA.presence.map(({ clientId, data }) => [clientId, data]),
      ).to.deep.equal([
        ['ann', { any: 1 }],
        ['bob', undefined],
      ]);
      expect(inB).to.deep.equal({ channel: 'b', presence: [] });
      expect(inZ && 'error' in inZ && inZ.error)
        .to.be.an.instanceof(ErrorInfo)
        .and.include({ code: 40160 });
      expect(sent.at(-1)?.path).to.equal('/presence?channels=a%2Cb%2Cz');
    });

    it('RSF1, BGR2b: a channel of which the answer names no members has none', async () => {
      const answer = { successCount: 1, failureCount: 0, results: [{ channel: 'a' }] };
      const { client } = restWorld(codec, { answering: () => answerIn(codec, answer) });
      const { results } = await batchPresence(client, ['a']);
      expect(results).to.deep.equal([{ channel: 'a', presence: [] }]);
    });

    it('RSC22c, RSC24: refuses what is no batch, and asks no server', async () => {
      const { client, sent } = restWorld(codec);
      const messages = [{ data: 'x' }];
      for (const spec of [[], {}, { channels: [], messages }, { channels: ['a'], messages: [] }, 7, [null]])
        expect(await rejectionOf(batchPublish(client, spec as never)), JSON.stringify(spec)).to.include({
          code: 40000,
        });
      for (const channels of [[], ['a,b'], [''], 'a'])
        expect(await rejectionOf(batchPresence(client, channels as never))).to.include({ code: 40000 });
      expect(
        await rejectionOf(batchPublish(client, { channels: ['a'], messages: [{ data: 7 }] })),
      ).to.include({
        code: 40013,
      });
      expect(sent).to.deep.equal([]);
    });
  });
