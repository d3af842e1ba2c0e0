import { expect } from 'chai';
import { take } from 'rxjs';
import { recordOf } from '../../../lib/ably/channel/port.js';
import type { ChannelRecord } from '../../../lib/ably/channel/port.js';
import {
  historyOn,
  historyUntil,
  messageOn,
  pathOf,
  historyQueryOf,
  versionsOn,
} from '../../../lib/ably/messages/history.js';
import { json } from '../../../lib/codec/json.js';
import { recordIn } from '../../support/channel-record.js';
import { type FakeAbly, life } from '../../support/fake-ably.js';
import { type Answer, fakeFetch } from '../../support/fake-fetch.js';
import { ignore } from '../../support/ignore.js';
import { codesOf, thrownBy } from '../../support/thrown.js';

const host = { client: { log: ignore } };
const answering = (content: unknown): Answer => ({
  text: JSON.stringify(content),
  type: 'application/json',
});

/** A channel `a/b` whose server answers every request alike, and the paths that it was asked for. */
const lives = (
  content: unknown,
  script: (record: ChannelRecord, asked: readonly string[], fake: FakeAbly) => void,
): (() => void) => {
  const asked: string[] = [];
  const fetch = fakeFetch((url) => {
    const { pathname, search } = new URL(url);
    asked.push(pathname + search);
    return answering(content);
  });
  return life(json, { until: 10, autoConnect: false, fetch }, (fake) => {
    fake.at(1, () => {
      script(recordOf(fake.client.channel('a/b')), asked, fake);
    });
  });
};

describe('the query of a history', () => {
  it('RSL2b1, RSL2b2, RSL2b3: has what is given, times in milliseconds since the epoch', () => {
    const params = { start: new Date(5), end: 6, direction: 'forwards', limit: 2 } as const;
    expect(historyQueryOf(params, recordIn({}, { host }))).to.deep.equal({ ...params, start: 5 });
    expect(historyQueryOf({ start: 0, end: new Date(0) }, recordIn({}, { host }))).to.deep.equal({
      start: 0,
      end: 0,
    });
  });

  it('RSL2b: is empty where nothing is given, so that the server has its defaults', () => {
    const nothing = { start: null, end: undefined, limit: null, untilAttach: false } as never;
    for (const params of [null, {}, nothing])
      expect(historyQueryOf(params, recordIn({}, { host }))).to.deep.equal({});
  });

  it('RSL2b1: is refused with a time that is none, and asks nobody', () => {
    for (const time of [new Date('no date'), 'yesterday', -1, NaN])
      for (const name of ['start', 'end'])
        expect(thrownBy(() => historyQueryOf({ [name]: time }, recordIn({}, { host })))).to.include({
          code: 40000,
          message: `The option "${name}" has to be a time: milliseconds since the epoch, or a Date.`,
        });
  });

  it('RTL10b: ends at the attach with untilAttach', () => {
    const record = recordIn({ name: 'attached' }, { host });
    record.attachSerial = 's-7';
    expect(historyQueryOf({ untilAttach: true }, record)).to.deep.equal({ fromSerial: 's-7' });
  });

  for (const name of ['initialized', 'attaching', 'detached', 'suspended', 'failed'] as const)
    it(`RTL10b: is refused with untilAttach where the channel is ${name}, also with the serial of an earlier attach`, () => {
      const record = recordIn({ name }, { host });
      record.attachSerial = 's-7';
      const refused = thrownBy(() => historyQueryOf({ untilAttach: true }, record));
      expect(codesOf(refused)).to.deep.equal({ code: 90000, statusCode: 400 });
    });

  it('RTL10b: is refused with untilAttach where ATTACHED had no serial', () => {
    const record = recordIn({ name: 'attached' }, { host });
    const refused = thrownBy(() => historyQueryOf({ untilAttach: true }, record));
    expect(codesOf(refused)).to.deep.equal({ code: 90000, statusCode: 400 });
  });
});

describe('the path of a channel over HTTP', () => {
  const named = (name: string): ChannelRecord => ({ name }) as ChannelRecord;

  it('RSL2: has the name as one segment, and the params behind it', () => {
    expect(pathOf(named('a/b?c ü'), '/messages')).to.equal('/channels/a%2Fb%3Fc%20%C3%BC/messages');
    expect(pathOf(named('a'), '/x', { limit: 2, from: 'b&c' })).to.equal('/channels/a/x?limit=2&from=b%26c');
  });

  for (const name of ['.', '..'])
    it(`RSL2: is refused for the name "${name}", which leads elsewhere`, () => {
      const refused = thrownBy(() => pathOf(named(name), '/messages'));
      expect(codesOf(refused)).to.deep.equal({ code: 40010, statusCode: 400 });
    });
});

describe('the history of a channel', () => {
  it(
    'RTL10, RSL2: is asked for when it is subscribed to, and not before',
    lives([{ data: 1 }, { data: 2 }], (record, asked) => {
      const history$ = historyOn(record, { limit: 2 });
      expect(asked).to.deep.equal([]);
      const got: unknown[] = [];
      history$.pipe(take(1)).subscribe(({ data }) => got.push(data));
      expect([got, asked]).to.deep.equal([[1], ['/channels/a%2Fb/messages?limit=2']]);
    }),
  );

  it(
    'RTL10b: reads back from a serial, whatever the params say of the attach',
    lives([], (record, asked) => {
      historyUntil(record, 's-1', { direction: 'forwards' }).subscribe();
      expect(asked).to.deep.equal(['/channels/a%2Fb/messages?direction=forwards&fromSerial=s-1']);
    }),
  );

  it(
    'RSL14: asks for the versions of a serial, whose text is one segment',
    lives([{ serial: 's/1', action: 1 }], (record, asked) => {
      const actions: unknown[] = [];
      versionsOn(record, () => 's/1', { limit: 1 }).subscribe(({ action }) => actions.push(action));
      expect([actions, asked]).to.deep.equal([
        ['message.update'],
        ['/channels/a%2Fb/messages/s%2F1/versions?limit=1'],
      ]);
    }),
  );

  it(
    'RSL6: decodes what it reads, reports what it cannot, and passes over what is no message',
    lives(
      [null, { data: '[1]', encoding: 'json' }, 'text', { data: 'x', encoding: 'odd' }],
      (record, _, { client }) => {
        const [got, errors]: [unknown[], unknown[]] = [[], []];
        client.errors$.subscribe((error) => errors.push(codesOf(error)));
        historyOn(record, {}).subscribe(({ data, encoding }) => got.push([data, encoding]));
        expect([got, errors]).to.deep.equal([
          [
            [[1], undefined],
            ['x', 'odd'],
          ],
          [{ code: 40013, statusCode: 400 }],
        ]);
      },
    ),
  );
});

describe('a message by its serial', () => {
  it(
    'RSL11: is the message as it is now',
    lives({ serial: 's/1', data: 'd' }, (record, asked) => {
      const got: unknown[] = [];
      messageOn(record, 's/1').subscribe(({ data }) => got.push(data));
      expect([got, asked]).to.deep.equal([['d'], ['/channels/a%2Fb/messages/s%2F1']]);
    }),
  );

  for (const content of [null, 'text', 7])
    it(
      `RSL11: is an error where the server answers with ${JSON.stringify(content)}`,
      lives(content, (record) => {
        const ends: unknown[] = [];
        messageOn(record, 's').subscribe({ error: (error: unknown) => ends.push(codesOf(error)) });
        expect(ends).to.deep.equal([{ code: 50000, statusCode: 500 }]);
      }),
    );
});
