import { expect } from 'chai';
import fc from 'fast-check';
import { folded, type FoldOptions } from '../../../lib/ably/messages/fold.js';
import type { Message } from '../../../lib/ably/wire/message.js';
import { runs } from '../../support/runs.js';

const message = (serial: string | undefined, more: Partial<Message> = {}): Message => ({
  id: undefined,
  name: 'n',
  data: serial,
  encoding: undefined,
  clientId: undefined,
  connectionId: undefined,
  timestamp: 1,
  extras: undefined,
  action: 'message.create',
  serial,
  version: serial === undefined ? {} : { serial },
  annotations: { summary: {} },
  ...more,
});
const change = (serial: string, version: string, action: Message['action'], data?: unknown): Message =>
  message(serial, { action, data, version: { serial: version } });
const all = (
  messages: readonly Message[],
  options: FoldOptions<Message> = { keep: 100 },
): readonly Message[] => messages.reduce<readonly Message[]>((list, one) => folded(list, one, options), []);
const dataOf = (list: readonly Message[]): readonly unknown[] => list.map(({ data }) => data);

describe('folded', () => {
  it('appends what is new, and changes no list', () => {
    const before = all([message('a')]);
    const after = folded(before, message('b'), { keep: 9 });
    expect([dataOf(before), dataOf(after)]).to.deep.equal([['a'], ['a', 'b']]);
    expect(after[0]).to.equal(before[0]);
  });

  it('TM2r: adds no message twice: a page of history may bring it once more', () => {
    const list = all([message('a'), message('b')]);
    expect(folded(list, message('a'), { keep: 9 })).to.equal(list);
  });

  it('knows messages by their ids where a server gives no serials, and adds what has neither', () => {
    const [first, second] = [message(undefined, { id: 'x:0' }), message(undefined, { id: 'x:1' })];
    expect(all([first, second, first])).to.deep.equal([first, second]);
    const nameless = message(undefined);
    expect(all([nameless, nameless])).to.have.length(2);
  });

  it('puts a message that comes late at its place by serial', () => {
    expect(dataOf(all(['b', 'd', 'a', 'c'].map((serial) => message(serial))))).to.deep.equal([
      'a',
      'b',
      'c',
      'd',
    ]);
  });

  it('keeps the newest, and does not take in what is older than all of them', () => {
    const list = all(
      ['b', 'c', 'd'].map((serial) => message(serial)),
      { keep: 2 },
    );
    expect(dataOf(list)).to.deep.equal(['c', 'd']);
    expect(folded(list, message('a'), { keep: 2 })).to.equal(list);
    expect(dataOf(folded(list, message('cc'), { keep: 2 }))).to.deep.equal(['cc', 'd']);
  });

  it('RTL32: an update takes the place, an older version does not', () => {
    const list = all([message('a'), message('b'), change('a', 'a@2', 'message.update', 'new')]);
    expect(dataOf(list)).to.deep.equal(['new', 'b']);
    expect(folded(list, change('a', 'a@1', 'message.update', 'old'), { keep: 9 })).to.equal(list);
    expect(folded(list, change('a', 'a@2', 'message.update', 'again'), { keep: 9 })).to.equal(list);
  });

  it('shows a message of which only an update is known, as a page of history has it', () => {
    expect(dataOf(all([message('b'), change('a', 'a@2', 'message.update', 'edited')]))).to.deep.equal([
      'edited',
      'b',
    ]);
  });

  it('RTL32: a delete takes the message out, and one of a stranger does nothing', () => {
    const list = all([message('a'), message('b'), change('a', 'a@2', 'message.delete')]);
    expect(dataOf(list)).to.deep.equal(['b']);
    expect(folded(list, change('x', 'x@2', 'message.delete'), { keep: 9 })).to.equal(list);
  });

  it('RTL32: an append adds to a text, and to bytes; one whose beginning is missing shows nothing', () => {
    const texts = all([
      message('a'),
      change('a', 'a@1', 'message.append', '+b'),
      change('a', 'a@2', 'message.append', '+c'),
    ]);
    expect(dataOf(texts)).to.deep.equal(['a+b+c']);
    expect(texts[0]).to.deep.include({ action: 'message.create', version: { serial: 'a@2' } });
    const bytes = message('a', { data: Uint8Array.of(1, 2) });
    const [whole] = all([bytes, change('a', 'a@1', 'message.append', Uint8Array.of(3))]);
    expect(whole?.data).to.deep.equal(Uint8Array.of(1, 2, 3));
    expect(all([change('a', 'a@1', 'message.append', 'end')])).to.deep.equal([]);
  });

  it('RTL32: an append that has come already adds nothing', () => {
    const more = change('a', 'a@1', 'message.append', '+b');
    expect(dataOf(all([message('a'), more, more]))).to.deep.equal(['a+b']);
  });

  it('RTL32: an append that brings no extras leaves those that are there', () => {
    const [own, other] = [{ headers: { a: 1 } }, { headers: { a: 2 } }];
    const begun = message('a', { extras: own });
    const more = change('a', 'a@1', 'message.append', '+b');
    const extrasAfter = (append: Message): unknown => all([begun, append])[0]?.extras;
    expect([more, { ...more, extras: other }].map(extrasAfter)).to.deep.equal([own, other]);
  });

  it('an append of another kind of data takes their place, and one without data leaves them', () => {
    expect(dataOf(all([message('a'), change('a', 'a@1', 'message.append', { x: 1 })]))).to.deep.equal([
      { x: 1 },
    ]);
    expect(dataOf(all([message('a'), change('a', 'a@1', 'message.append')]))).to.deep.equal(['a']);
  });

  it('TM2u: a summary changes the annotations alone', () => {
    const annotations = { summary: { likes: { total: 3 } } };
    const [found] = all([
      message('a'),
      message('a', { action: 'message.summary', data: undefined, annotations }),
    ]);
    expect(found).to.deep.equal({ ...message('a'), annotations });
  });

  it('a message of another sort changes nothing, and one of a sort to come is shown', () => {
    const list = all([message('a')]);
    for (const action of ['meta', 'unknown'] as const)
      expect(folded(list, message('a', { action, data: 'x' }), { keep: 9 })).to.equal(list);
    expect(folded(list, message('b', { action: 'meta' }), { keep: 9 })).to.equal(list);
    expect(dataOf(folded(list, message('b', { action: 'unknown' }), { keep: 9 }))).to.deep.equal(['a', 'b']);
  });

  it('with `by`, a later message takes the place of the one before of the same name', () => {
    const by = ({ clientId }: Message): string | undefined => clientId;
    const from = (clientId: string | undefined, serial: string): Message => message(serial, { clientId });
    const list = all([from('ann', 'a'), from('bob', 'b'), from('ann', 'c'), from(undefined, 'd')], {
      keep: 9,
      by,
    });
    expect(dataOf(list)).to.deep.equal(['c', 'b', 'd']);
  });

  it('RTL32: with `by`, changes are those of the message that is there', () => {
    const options = { keep: 9, by: ({ name }: Message): string | undefined => name };
    const list = all([message('a'), change('a', 'a@2', 'message.update', 'new')], options);
    expect(dataOf(list)).to.deep.equal(['new']);
    expect(folded(list, change('a', 'a@1', 'message.update', 'old'), options)).to.equal(list);
    expect(dataOf(folded(list, change('a', 'a@3', 'message.append', '+c'), options))).to.deep.equal([
      'new+c',
    ]);
    expect(folded(list, change('a', 'a@3', 'message.delete'), options)).to.deep.equal([]);
  });

  it('equals what a plain list of all messages comes to, in whatever order pages bring them', () => {
    const serial = fc.integer({ min: 0, max: 15 }).map((n) => String.fromCharCode(97 + n));
    fc.assert(
      fc.property(fc.array(serial, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (serials, keep) => {
        const list = all(
          serials.map((one) => message(one)),
          { keep },
        );
        const data = dataOf(list);
        expect(data).to.deep.equal([...data].sort());
        expect(new Set(data).size).to.equal(data.length);
        const known = [...new Set(serials)].sort();
        if (known.length <= keep) expect(data).to.deep.equal(known);
        else expect(data).to.deep.equal(known.slice(-keep));
      }),
      runs(1, 300),
    );
  });
});
