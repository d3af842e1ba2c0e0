import { inspect } from 'node:util';
import { expect } from 'chai';
import { type Observable, of } from 'rxjs';
import { fold, type FoldOptions, repairOf } from '../../../lib/ably/folding/fold.js';
import { foldMessages, type FoldMessagesOptions } from '../../../lib/ably/folding/fold-messages.js';
import { messageOf, type MessageOfOptions } from '../../../lib/ably/folding/message-of.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import type { Message } from '../../../lib/ably/wire/message.js';
import { json } from '../../../lib/codec/json.js';
import { fakeAbly } from '../../support/fake-ably.js';
import { thrownBy } from '../../support/thrown.js';

/** What users without a compiler may give. */
const as = <T>(value: unknown): T => value as T;
const wrongBounds: readonly unknown[] = [
  ...[5, 'all', true, []],
  ...['3', 1.5, -1, NaN, true].map((count) => ({ count })),
  ...['5', true, [], new Date(0), -1, NaN, {}].map((age) => ({ age })),
];
const message = (serial: string): Message => ({
  ...{ id: `id-${serial}`, name: 'n', data: serial, encoding: undefined, clientId: undefined },
  ...{ connectionId: undefined, timestamp: 1, extras: undefined, action: 'message.create', serial },
  ...{ version: { serial }, annotations: { summary: {} } },
});

/** The error of a stream, in short. */
const endOf = (stream$: Observable<unknown>): unknown => {
  let end: unknown = 'none';
  stream$
    .subscribe({
      error: (error: unknown) => {
        end = error instanceof ErrorInfo ? error.code : error;
      },
    })
    .unsubscribe();
  return end;
};

describe('options of what folds messages', () => {
  const said: string[] = [];
  const { client } = fakeAbly(json, { log: (_, { message: text }) => void said.push(text) });
  const channel = client.channel('a');
  after(() => client.dispose());

  for (const keep of wrongBounds)
    it(`errors with 40000 on keep: ${inspect(keep)}`, () => {
      const options = as<FoldOptions & FoldMessagesOptions>({ keep });
      expect(endOf(fold(channel, options))).to.equal(40000);
      expect(endOf(of(message('a')).pipe(foldMessages(options)))).to.equal(40000);
    });

  it('errors with 40000 on other values that are none', () => {
    for (const given of [5, 'all', [], { history: '5' }, { history: NaN }, { own: 1 }])
      expect(endOf(fold(channel, as<FoldOptions>(given))), JSON.stringify(given)).to.equal(40000);
    for (const given of [5, 'all', [], { repair: {} }])
      expect(
        endOf(of(message('a')).pipe(foldMessages(as<FoldMessagesOptions>(given)))),
        JSON.stringify(given),
      ).to.equal(40000);
  });

  it('throws 40000 where no stream is made of them', () => {
    for (const given of [5, [], { count: -1 }, { count: NaN }, { count: '2' }])
      expect(thrownBy(() => repairOf(channel, as<{ count: number }>(given)))).to.include({ code: 40000 });
    for (const given of [5, [], { until: 'END' }])
      expect(thrownBy(() => messageOf(channel, 's', as<MessageOfOptions<Message>>(given)))).to.include({
        code: 40000,
      });
  });

  it('takes null for nothing', () => {
    for (const given of [
      null,
      { keep: null, history: null, own: null, repair: null },
      { keep: { count: null, age: null } },
    ]) {
      expect(endOf(fold(channel, as<FoldOptions>(given)))).to.equal('none');
      const sizes: number[] = [];
      of(message('a'), message('b'))
        .pipe(foldMessages(as<FoldMessagesOptions>(given)))
        .subscribe(({ size }) => sizes.push(size));
      expect(sizes.at(-1)).to.equal(2);
    }
    expect(repairOf(channel, as<{ count: number }>(null))).to.be.a('function');
    expect(messageOf(channel, 's', as<MessageOfOptions<Message>>({ until: null })).serial).to.equal('s');
  });

  it('warns of bounds that there are none of', () => {
    endOf(fold(channel, as<FoldOptions>({ keep: { cuont: 3 } })));
    expect(said.join('\n')).to.include('"cuont"');
  });
});
