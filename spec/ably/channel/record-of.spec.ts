import { expect } from 'chai';
import { resolve } from 'node:path';
import { isObservable, lastValueFrom } from 'rxjs';
import { annotationsOf } from '../../../lib/annotations.js';
import { filterMessages, historyOf, publish, setOptions, streamOf, withHistory } from '../../../lib/core.js';
import { fold, messageOf, occupancyOf, repairOf } from '../../../lib/messages.js';
import { objectsOf } from '../../../lib/objects.js';
import { presenceOf } from '../../../lib/presence.js';
import { createRest } from '../../../lib/rest.js';
import { loadedBy } from '../../../scripts/build-plugins.js';
import { rejectionOf } from '../../support/thrown.js';

/** What a function throws, rejects with, or says by its stream. */
const refusalOf = (call: () => unknown): Promise<unknown> =>
  rejectionOf(
    (async () => {
      const answer = call();
      return isObservable(answer) ? lastValueFrom(answer) : answer;
    })(),
  );

describe('functions of a channel', () => {
  const rest = createRest({ key: 'app.key:secret', log: () => undefined });
  const functions = {
    ...{ annotationsOf, fold, objectsOf, occupancyOf, presenceOf, publish, repairOf, setOptions, streamOf },
    filterMessages: (channel: never) => filterMessages(channel, { name: 'n' }),
    messageOf: (channel: never) => messageOf(channel, 'serial'),
    withHistory: (channel: never) => withHistory(channel, 1),
  };
  for (const [name, functionOf] of Object.entries(functions))
    it(`${name}() says what it takes where it is given no channel of a connection`, async () => {
      for (const channel of [null, undefined, {}, 'chat', rest, rest.channel('a')]) {
        const error = await refusalOf(() => (functionOf as (channel: unknown) => unknown)(channel));
        expect(error, String(channel)).to.include({ name: 'ErrorInfo', code: 40000 });
        expect((error as Error).message).to.match(/^This is no channel of a connection/);
      }
    });

  it('historyOf() says what it takes where it is given no channel', async () => {
    for (const channel of [null, undefined, {}, 'chat'])
      expect(await refusalOf(() => historyOf(channel as never))).to.include({
        name: 'ErrorInfo',
        code: 40000,
      });
  });

  it('are taken without the class of channels, so that a bundle of rx-realtime/messages has it from the client alone', () => {
    for (const entry of ['messages', 'annotations', 'presence', 'objects']) {
      const loaded = loadedBy(resolve('lib', `${entry}.ts`));
      expect(loaded, entry).to.include(resolve('lib/ably/channel/port.ts'));
      expect(loaded, entry).not.to.include(resolve('lib/ably/channel/channel.ts'));
    }
  });
});
