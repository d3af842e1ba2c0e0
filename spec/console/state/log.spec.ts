import { expect } from 'chai';
import { lineOf, summaryOf } from '../../../console/state/frames.js';
import {
  cleared,
  emptyLog,
  kept,
  type Log,
  paused,
  withFilter,
  withFrames,
} from '../../../console/state/log.js';
import { frameOf } from '../../support/admin.js';

const numbers = (from: number, count: number) => Array.from({ length: count }, (_, at) => frameOf(from + at));
const shownIn = ({ shown }: Log) => shown.map(({ frame }) => frame.number);

describe('the log of frames', () => {
  it('keeps a bounded number of lines, and counts those that have left', () => {
    const full = withFrames(emptyLog, numbers(1, kept), 0);
    const over = withFrames(full, numbers(kept + 1, 3), 7);
    expect([over.all.length, over.shown.length, over.gone, over.leftOut]).to.deep.equal([kept, kept, 3, 7]);
    expect(shownIn(over)[0]).to.equal(4);
  });

  it('lets through what each part of the filter wants, of lines that are there and that come', () => {
    const frames = [
      frameOf(1),
      frameOf(2, { frame: { action: 4 } }),
      frameOf(3, { connection: 'two' }),
      frameOf(4, { frame: { action: 15, channel: 'other' } }),
    ];
    const log = withFrames(emptyLog, frames, 0);
    expect(shownIn(withFilter(log, { action: 'CONNECTED' }))).to.deep.equal([2]);
    expect(shownIn(withFilter(log, { channel: 'oth' }))).to.deep.equal([4]);
    expect(shownIn(withFilter(log, { channel: 'OTH' }))).to.deep.equal([4]);
    expect(shownIn(withFilter(log, { text: 'NUMBER 3' }))).to.deep.equal([3]);
    expect(shownIn(withFilter(log, { connection: 'two' }))).to.deep.equal([3]);
    const filtered = withFrames(
      withFilter(log, { channel: 'lobby' }),
      [frameOf(5), frameOf(6, { frame: {} })],
      0,
    );
    expect(shownIn(filtered)).to.deep.equal([1, 3, 5]);
    expect(shownIn(withFilter(filtered, { channel: '' }))).to.deep.equal([1, 2, 3, 4, 5, 6]);
  });

  it('stands still while it is paused, and then shows all that has come', () => {
    const still = withFrames(paused(withFrames(emptyLog, numbers(1, 2), 0), true), numbers(3, 2), 0);
    expect([shownIn(still), still.held]).to.deep.equal([[1, 2], 2]);
    const going = paused(still, false);
    expect([shownIn(going), going.held]).to.deep.equal([[1, 2, 3, 4], 0]);
    expect(paused(going, false)).to.equal(going);
  });

  it('gives each line an id of its own, also when another server begins to count anew', () => {
    const log = withFrames(cleared(withFrames(emptyLog, numbers(1, 2), 0)), numbers(1, 2), 0);
    expect(log.shown.map(({ id }) => id)).to.deep.equal([3, 4]);
  });

  it('forgets all lines and keeps the filter', () => {
    const log = cleared(withFilter(withFrames(emptyLog, numbers(1, 2), 0), { text: 'number' }));
    expect([log.all, log.shown, log.filter.text]).to.deep.equal([[], [], 'number']);
  });

  it('names the methods of the relay that have come, each once', () => {
    const relay = (frame: Record<string, unknown>) => frameOf(1, { server: 'relay', frame });
    const one = withFrames(emptyLog, [relay({ method: 'irn_publish' }), relay({ result: true })], 0);
    const two = withFrames(one, [relay({ method: 'irn_publish' }), frameOf(2)], 0);
    expect(two.methods).to.deep.equal(['irn_publish', 'result']);
    expect(two.methods).to.equal(one.methods);
  });
});

describe('a line of the log', () => {
  const relayOf = (frame: Record<string, unknown>) => frameOf(1, { server: 'relay', frame });

  for (const [title, frame, action, channel, summary] of [
    ['a message', frameOf(1), 'MESSAGE', 'lobby', 'text number 1'],
    [
      'a member',
      frameOf(1, {
        frame: { action: 14, channel: 'a', presence: [{ action: 2, clientId: 'ada', data: { b: 1 } }] },
      }),
      'PRESENCE',
      'a',
      'enter ada {"b":1}',
    ],
    ['two words', frameOf(1, { frame: { action: 20, id: 'x:0' } }), 'OBJECT_SYNC', '', 'id: x:0'],
    ['an action without a name', frameOf(1, { frame: { action: 99 } }), 'action 99', '', ''],
    [
      'a publish to a topic',
      relayOf({ id: 1, jsonrpc: '2.0', method: 'irn_publish', params: { topic: 't' } }),
      'irn_publish',
      't',
      'id: 1; params: {"topic":"t"}',
    ],
    [
      'a message of a subscription',
      relayOf({ method: 'irn_subscription', params: { id: 's', data: { topic: 't' } } }),
      'irn_subscription',
      't',
      'params: {"id":"s","data":{"topic":"t"}}',
    ],
    ['an answer', relayOf({ id: 1, result: true }), 'result', '', 'id: 1; result: true'],
    ['a refusal', relayOf({ id: 1, error: { code: 3 } }), 'error', '', 'id: 1; error: {"code":3}'],
  ] as const)
    it(`names ${title}`, () => {
      const line = lineOf(frame, 1);
      expect([line.action, line.channel, summaryOf(line)]).to.deep.equal([action, channel, summary]);
    });

  it('cuts what is long', () => {
    expect(summaryOf(lineOf(frameOf(1, { frame: { data: 'x'.repeat(1000) } }), 1)).length).to.equal(301);
  });
});
