import { expect } from 'chai';
import { Action } from '../../../lib/ably/wire/actions.js';
import { encodeData } from '../../../lib/ably/wire/encodings.js';
import type { WireMessage } from '../../../lib/ably/wire/frames.js';
import { vcdiff } from '../../../lib/vcdiff.js';
import { deltaOf } from '../../support/delta-of.js';
import { codecs, life } from '../../support/fake-ably.js';

const [first, second] = ['a text that is long enough', 'a text that is long enough, too'];

for (const codec of codecs)
  describe(`what a delta says of itself, ${codec.format}`, () => {
    const { data, encoding } = encodeData(deltaOf(first, second), codec.binary);
    const steps = ['utf-8', 'vcdiff', encoding].filter(Boolean).join('/');
    const extras = { delta: { from: 'x:0', format: 'vcdiff' }, headers: { a: 'b' } };
    /** What is received of a message and a delta against it. */
    const received = (delta: WireMessage, canUndo: boolean): unknown[] => {
      const seen: unknown[] = [];
      life(codec, { until: 10, ...(canUndo && { vcdiff }) }, ({ at, client, server }) => {
        at(0, () => {
          client
            .channel('a', canUndo ? { params: { delta: 'vcdiff' } } : {})
            .messages$.subscribe((message) => seen.push([message.data, message.encoding, message.extras]));
          server.welcome();
          server.attached('a');
          server.say({ action: Action.message, channel: 'a', id: 'x', messages: [{ data: first }] });
          server.say({ action: Action.message, channel: 'a', id: 'y', messages: [delta] });
        });
      })();
      return seen;
    };

    it('DE1, DE2, DE2a, DE2b: names the message that it is against, and how; the one who receives it can read it', () => {
      expect(received({ data, encoding: steps, extras }, true)).to.deep.equal([
        [first, undefined, undefined],
        [second, undefined, extras],
      ]);
    });

    it('DE2a, DE2b: a delta that the client cannot undo keeps its extras, with its encoding', () => {
      const [, delta] = received({ data, encoding: steps, extras }, false);
      expect(delta).to.deep.equal([deltaOf(first, second), 'utf-8/vcdiff', extras]);
    });

    it('DE2a: against another message it is not undone', () => {
      const other = { ...extras, delta: { ...extras.delta, from: 'z:0' } };
      expect(received({ data, encoding: steps, extras: other }, true)).to.have.length(1);
    });
  });
