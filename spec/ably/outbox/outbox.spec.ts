import { expect } from 'chai';
import fc from 'fast-check';
import type { QueueLimits } from '../../../lib/ably/outbox/options.js';
import { Outbox } from '../../../lib/ably/outbox/outbox.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import { ErrorInfo, type WireError } from '../../../lib/ably/wire/error-info.js';
import type { ProtocolMessage } from '../../../lib/ably/wire/frames.js';
import { settling } from '../../support/settling.js';
import { runs } from '../../support/runs.js';
import { codesOf } from '../../support/thrown.js';

const plenty: QueueLimits = { maxMessages: 1000, maxBytes: 1000 };
const gone = new ErrorInfo('gone', { code: 80002, statusCode: 400 });

/** An outbox, what it has sent, and how its submissions were settled. */
function build(limits = plenty, send?: (frame: ProtocolMessage) => void) {
  const sent: (readonly [name: string, serial: number | undefined])[] = [];
  const settled: string[] = [];
  const reported: ErrorInfo[] = [];
  const outbox = new Outbox({
    firstSerial: undefined,
    newId: () => 'own',
    now: () => 0,
    measure: (frame) => JSON.stringify(frame).length,
    send: send ?? (({ channel = '', msgSerial }) => void sent.push([channel, msgSerial])),
    report: (error) => reported.push(error),
    limits,
    isAttaching: (channel) => channel === 'attaching',
  });
  const submit = (name: string, size = 1, signal?: AbortSignal): void => {
    const frame = { action: Action.message, channel: name, msgSerial: -1 };
    outbox.submit(frame, size, signal).then(
      ({ serials }) => settled.push(`${name} ok ${serials.join()}`.trim()),
      (error: unknown) =>
        settled.push(`${name} ${error instanceof ErrorInfo ? error.code : (error as string)}`),
    );
  };
  const ack = (msgSerial: number, count = 1, res?: ProtocolMessage['res']) =>
    outbox.answered({ action: Action.ack, msgSerial, count, ...(res && { res }) });
  const nack = (msgSerial: number, count = 1, error?: WireError) =>
    outbox.answered({ action: Action.nack, msgSerial, count, ...(error && { error }) });
  return { outbox, submit, ack, nack, sent, settled, reported };
}

describe('Outbox', () => {
  describe('sends', () => {
    it('RTN7b: gives serials from 0 on, one after the other', () => {
      const { outbox, submit, sent } = build();
      outbox.connected(false, 'id-1');
      for (const name of ['a', 'b', 'c']) submit(name);
      expect(sent).to.deep.equal([
        ['a', 0],
        ['b', 1],
        ['c', 2],
      ]);
      expect(outbox.nextSerial).to.equal(3);
    });

    it('RTL6c2: keeps what comes before a connection, in order, ahead of what comes after', () => {
      const { outbox, submit, sent } = build();
      submit('a');
      submit('b');
      expect(sent).to.deep.equal([]);
      outbox.connected(false, 'id-1');
      submit('c');
      expect(sent).to.deep.equal([
        ['a', 0],
        ['b', 1],
        ['c', 2],
      ]);
    });

    it('RTN16g: the next serial counts what was sent, and nothing that waits', () => {
      const { outbox, submit } = build();
      submit('a');
      expect(outbox.nextSerial).to.equal(0);
      outbox.connected(false, 'id-1');
      outbox.interrupted();
      submit('b');
      expect(outbox.nextSerial).to.equal(1);
    });

    it('RTN19a, RTN19a2: sends what is unsettled again under its serials when resumed', () => {
      const { outbox, submit, ack, sent } = build();
      outbox.connected(false, 'id-1');
      for (const name of ['a', 'b', 'c']) submit(name);
      ack(0);
      outbox.interrupted();
      submit('d');
      sent.length = 0;
      outbox.connected(true, 'id-1');
      submit('e');
      expect(sent).to.deep.equal([
        ['b', 1],
        ['c', 2],
        ['d', 3],
        ['e', 4],
      ]);
    });

    it('RTN19a2, RTN15c7: numbers from 0 again when not resumed', () => {
      const { outbox, submit, ack, sent } = build();
      outbox.connected(false, 'id-1');
      for (const name of ['a', 'b', 'c']) submit(name);
      ack(0);
      outbox.interrupted();
      sent.length = 0;
      outbox.connected(false, 'id-1');
      expect(sent).to.deep.equal([
        ['b', 0],
        ['c', 1],
      ]);
      expect(outbox.nextSerial).to.equal(2);
    });

    it('RTL3d2, RTN19a: presence for a channel that is being attached waits where the session is lost, and nothing else', () => {
      const { outbox, submit, sent } = build();
      const enter = (channel: string): void => {
        void outbox.submit({ action: Action.presence, channel, msgSerial: -1, presence: [{}] }, 1);
      };
      outbox.connected(false, 'id-1');
      for (const channel of ['attaching', 'gone', 'attaching']) enter(channel);
      submit('attaching');
      outbox.interrupted();
      sent.length = 0;
      outbox.connected(false, 'id-2');
      expect(sent.splice(0)).to.deep.equal([
        ['gone', 0],
        ['attaching', 1],
      ]);
      outbox.flushAttached('attaching');
      expect(sent.splice(0)).to.deep.equal([
        ['attaching', 2],
        ['attaching', 3],
      ]);
      outbox.connected(true, 'id-2');
      expect(sent.map(([, serial]) => serial)).to.deep.equal([0, 1, 2, 3]);
    });

    it('RTP16b, RTP5b, RTL11, RTN7e: presence waits for its channel until it is released, abandoned, or all is lost', async () => {
      const { outbox, sent, settled, reported } = build();
      const hold = (channel: string): void => {
        const frame = { action: Action.presence, channel, msgSerial: -1, presence: [{}] };
        outbox.queueUntilAttached(frame, 1).then(
          () => settled.push(channel),
          (error: unknown) => settled.push(`${channel} ${String((error as ErrorInfo).code)}`),
        );
      };
      outbox.connected(false, 'id-1');
      for (const channel of ['a', 'b', 'c', 'a']) hold(channel);
      expect(sent).to.deep.equal([]);
      outbox.flushAttached('a');
      outbox.failQueued('b', () => gone);
      outbox.failQueued('nobody', () => {
        throw new Error('asked for nothing');
      });
      outbox.answered({ action: Action.ack, msgSerial: 0, count: 2 });
      outbox.lost(gone);
      await settling();
      expect(sent).to.deep.equal([
        ['a', 0],
        ['a', 1],
      ]);
      expect(settled).to.have.members(['a', 'a', 'b 80002', 'c 80002']);
      expect(reported.map(({ cause, uncertain }) => [cause, uncertain])).to.deep.equal([
        [gone, undefined],
        [gone, undefined],
      ]);
    });

    it('RTL3d2: presence that waits once more counts once', () => {
      const { outbox, reported } = build({ maxMessages: 2, maxBytes: 10 });
      const enter = (size: number): void => {
        const frame = { action: Action.presence, channel: 'attaching', msgSerial: -1, presence: [{}] };
        outbox.submit(frame, size).catch(() => undefined);
      };
      outbox.connected(false, 'id-1');
      enter(6);
      outbox.interrupted();
      outbox.connected(false, 'id-2');
      enter(4);
      expect(reported).to.deep.equal([]);
      enter(0);
      expect(reported.map(codesOf)).to.deep.equal([{ code: 80030, statusCode: 429 }]);
      outbox.flushAttached('attaching');
      outbox.answered({ action: Action.ack, msgSerial: 0, count: 2 });
      enter(10);
      expect(reported).to.have.length(1);
    });

    it('RTN19a2, RSL1k: what a lost session may have accepted is sent again under the ids that it had there', () => {
      const messages: unknown[] = [];
      const outbox = new Outbox({
        ...{
          firstSerial: undefined,
          newId: () => 'own',
          now: () => 0,
          measure: (frame) => JSON.stringify(frame).length,
          limits: plenty,
          report: () => undefined,
          isAttaching: () => false,
        },
        send: (frame) => messages.push(frame.messages),
      });
      const submit = (...names: string[]): void => {
        const frame = { action: Action.message, channel: 'c', msgSerial: -1 };
        void outbox.submit(
          { ...frame, messages: names.map((name) => (name === 'own' ? { name, id: 'o:0' } : { name })) },
          1,
        );
      };
      outbox.connected(false, 'id-1');
      submit('a', 'b');
      submit('own');
      outbox.interrupted();
      submit('later'); // was never sent
      outbox.connected(true, 'id-1'); // the same session: the serials do
      outbox.interrupted();
      messages.length = 0;
      outbox.connected(false, 'id-2');
      const again = [
        [
          { name: 'a', id: 'id-1:0:0' },
          { name: 'b', id: 'id-1:0:1' },
        ],
        [{ name: 'own', id: 'o:0' }],
        [{ name: 'later', id: 'id-1:2:0' }],
      ];
      expect(messages).to.deep.equal(again);
      outbox.interrupted();
      messages.length = 0;
      outbox.connected(false, 'id-3'); // and keeps them
      expect(messages).to.deep.equal(again);
    });

    it('RTN19a: sends again as often as there is a new transport', () => {
      const { outbox, submit, sent } = build();
      submit('a');
      for (const resumed of [false, true, true]) {
        outbox.connected(resumed, 'id-1');
        outbox.interrupted();
      }
      expect(sent).to.deep.equal([
        ['a', 0],
        ['a', 0],
        ['a', 0],
      ]);
    });

    it('sends nothing twice on one transport', () => {
      const { outbox, submit, ack, sent } = build();
      outbox.connected(false, 'id-1');
      submit('a');
      ack(0);
      submit('b');
      expect(sent).to.deep.equal([
        ['a', 0],
        ['b', 1],
      ]);
    });

    it('goes on after the serials that were used before a loss, when resumed', () => {
      const { outbox, submit, sent } = build();
      outbox.connected(false, 'id-1');
      submit('a');
      outbox.lost(gone);
      outbox.connected(true, 'id-1');
      submit('b');
      expect(sent).to.deep.equal([
        ['a', 0],
        ['b', 1],
      ]);
    });
  });

  describe('settles', () => {
    it('RTC16: refuses a publish after dispose() with 80017, sends and keeps nothing of it', async () => {
      const { outbox, submit, sent, settled, reported } = build();
      outbox.connected(false, 'id-1');
      outbox.dispose();
      submit('late');
      outbox.connected(false, 'id-2');
      await settling();
      expect([sent, settled]).to.deep.equal([[], ['late 80017']]);
      expect(reported.map(({ code, statusCode }) => [code, statusCode])).to.deep.equal([[80017, 400]]);
    });

    it('RTN7a: on ACK, with the serials of the result', async () => {
      const { outbox, submit, ack, settled } = build();
      outbox.connected(false, 'id-1');
      submit('a');
      submit('b');
      ack(0, 2, [{ serials: ['s1'] }, { serials: ['s2', null] }]);
      await settling();
      expect(settled).to.deep.equal(['a ok s1', 'b ok s2,']);
    });

    it('RTN7a: on ACK without results', async () => {
      const { outbox, submit, ack, settled } = build();
      outbox.connected(false, 'id-1');
      submit('a');
      ack(0);
      await settling();
      expect(settled).to.deep.equal(['a ok']);
    });

    it('RTN7b: a range, and only that', async () => {
      const { outbox, submit, ack, settled } = build();
      outbox.connected(false, 'id-1');
      for (const name of ['a', 'b', 'c', 'd']) submit(name);
      ack(0, 3);
      await settling();
      expect(settled).to.deep.equal(['a ok', 'b ok', 'c ok']);
    });

    it('RTN7b, RTF1: a range that is told in texts, and nothing where it is none', async () => {
      const { outbox, submit, ack, nack, settled } = build();
      outbox.connected(false, 'id-1');
      for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) submit(name);
      ack(0);
      ack('1' as never, '2' as never, [{ serials: ['s-b'] }, { serials: ['s-c'] }]);
      ack(3, 'some' as never);
      ack('no number' as never);
      nack('3' as never, '1' as never, { code: 40160 });
      await Promise.resolve();
      expect(settled).to.deep.equal(['a ok', 'b ok s-b', 'c ok s-c', 'd 40160']);
    });

    it('RTN7a: on NACK, with its error', async () => {
      const { outbox, submit, nack, settled, reported } = build();
      outbox.connected(false, 'id-1');
      for (const name of ['a', 'b', 'c']) submit(name);
      nack(0, 2, { code: 40160, statusCode: 401, message: 'no' });
      nack(2);
      await settling();
      expect(settled).to.deep.equal(['a 40160', 'b 40160', 'c 50000']);
      expect(reported.map(({ code }) => code)).to.deep.equal([40160, 40160, 50000]);
    });

    it('RTN7b: what an ACK skips counts as refused', async () => {
      const { outbox, submit, ack, settled } = build();
      outbox.connected(false, 'id-1');
      for (const name of ['a', 'b', 'c']) submit(name);
      ack(2, 1, [{ serials: ['s'] }]);
      await settling();
      expect(settled).to.deep.equal(['a 50001', 'b 50001', 'c ok s']);
    });

    it('ignores what an answer repeats, and takes the rest of it', async () => {
      const { outbox, submit, ack, nack, settled } = build();
      outbox.connected(false, 'id-1');
      for (const name of ['a', 'b', 'c']) submit(name);
      ack(0, 2);
      ack(0, 2);
      nack(1);
      ack(1, 2, [{ serials: ['old'] }, { serials: ['new'] }]);
      await settling();
      expect(settled).to.deep.equal(['a ok', 'b ok', 'c ok new']);
    });

    it('ignores an answer to what was never sent', async () => {
      const { outbox, submit, ack, settled, sent } = build();
      ack(0, 5);
      submit('a');
      ack(0, 5);
      await settling();
      expect(settled).to.deep.equal([]);
      outbox.connected(false, 'id-1');
      expect(sent).to.deep.equal([['a', 0]]);
    });

    it('an answer of the old transport does not settle what has not been sent on the new one', async () => {
      const { outbox, submit, ack, settled } = build();
      outbox.connected(false, 'id-1');
      submit('a');
      outbox.interrupted();
      submit('b');
      ack(1);
      await settling();
      expect(settled).to.not.include('b ok');
    });

    it('RTN7e: with the reason, when there is no future for it, sent or not', async () => {
      const { outbox, submit, settled, ack } = build();
      outbox.connected(false, 'id-1');
      submit('a');
      outbox.interrupted();
      submit('b');
      outbox.lost(gone);
      outbox.connected(true, 'id-1');
      ack(0);
      await settling();
      expect(settled).to.deep.equal(['a 80002', 'b 80002']);
    });

    it('RTN7e: sends nothing of it again', () => {
      const { outbox, submit, sent } = build();
      submit('a');
      outbox.lost(gone);
      outbox.connected(false, 'id-1');
      expect(sent).to.deep.equal([]);
    });

    it('in the order of submission, also when settled by a report', async () => {
      const settled: string[] = [];
      const outbox: Outbox = new Outbox({
        firstSerial: undefined,
        newId: () => 'own',
        now: () => 0,
        measure: (frame) => JSON.stringify(frame).length,
        send: () => undefined,
        report: () => {
          if (settled.length > 0) return;
          settled.push('reported');
          void outbox
            .submit({ action: Action.message, channel: 'again', msgSerial: -1 }, 1)
            .then(() => settled.push('again'));
        },
        limits: plenty,
        isAttaching: () => false,
      });
      outbox.connected(false, 'id-1');
      const refused = outbox.submit({ action: Action.message, channel: 'a', msgSerial: -1 }, 1);
      outbox.answered({ action: Action.nack, msgSerial: 0, count: 1 });
      outbox.answered({ action: Action.ack, msgSerial: 1, count: 1 });
      await refused.catch(() => settled.push('refused'));
      await settling();
      expect(settled).to.have.members(['reported', 'refused', 'again']);
    });
  });

  describe('says whether the server may have what it rejects', () => {
    const doubts = ({ reported }: { readonly reported: readonly ErrorInfo[] }) =>
      reported.map(({ uncertain, code }) => `${code}${uncertain ? ' uncertain' : ''}`);

    it('RTN7e: it may where it was sent and had no answer, and may not where it was never sent', () => {
      const built = build();
      const { outbox, submit, reported } = built;
      outbox.connected(false, 'id-1');
      for (const name of ['a', 'b']) submit(name);
      outbox.interrupted();
      submit('c');
      outbox.lost(gone);
      expect(doubts(built)).to.deep.equal(['80002 uncertain', '80002 uncertain', '80002']);
      expect(reported.map(({ message }) => message)[2]).to.equal('Nothing was sent. gone');
      expect(reported[0]?.message).to.match(/^The server has not confirmed this, and may have it .* gone$/);
      expect([reported[0]?.cause, reported[2]?.cause]).to.deep.equal([gone, gone]);
    });

    it('RTN7a, RTN7b: it may where an ACK skipped it, and may not where it had a NACK or found no room', () => {
      const built = build({ maxMessages: 3, maxBytes: 1000 });
      built.outbox.connected(false, 'id-1');
      for (const name of ['a', 'b', 'c', 'd']) built.submit(name);
      built.ack(1);
      built.nack(2);
      expect(doubts(built)).to.deep.equal(['80030', '50001 uncertain', '50000']);
    });

    it('RTN19a2: it may where it was sent in a session that was lost, whatever the next one answers', () => {
      const built = build();
      built.outbox.connected(false, 'id-1');
      built.submit('a');
      built.outbox.connected(true, 'id-1');
      built.submit('b');
      built.nack(0);
      built.outbox.connected(false, 'id-2');
      built.submit('c');
      built.nack(0, 2);
      expect(doubts(built)).to.deep.equal(['50000', '50000 uncertain', '50000']);
    });

    it('RTL32, RTN19a2: an edit is not sent again in another session, and may have been made', () => {
      const built = build();
      const { outbox, sent } = built;
      const edit = (channel: string): void =>
        void outbox.submit(
          { action: Action.message, channel, msgSerial: -1, messages: [{ serial: 's', action: 1 }] },
          1,
        );
      outbox.connected(false, 'id-1');
      edit('sent');
      built.submit('message');
      outbox.interrupted();
      edit('waiting');
      outbox.connected(true, 'id-1');
      outbox.interrupted();
      edit('later');
      sent.length = 0;
      outbox.connected(false, 'id-2');
      expect(doubts(built)).to.deep.equal(['80008 uncertain', '80008 uncertain']);
      expect(sent).to.deep.equal([
        ['message', 0],
        ['later', 1],
      ]);
    });

    it('1009: refuses the largest unacknowledged frame, and sends an empty one so that its msgSerial is used up', async () => {
      const frames: string[] = [];
      const { outbox, settled, reported, ack, nack } = build(plenty, (frame) => {
        frames.push(`${frame.msgSerial} ${frame.messages?.map(({ data }) => data).join() ?? ''}`);
      });
      const submit = (data: string): void =>
        void outbox
          .submit({ action: Action.message, channel: 'c', msgSerial: -1, messages: [{ data }] }, data.length)
          .then(
            () => settled.push(data),
            ({ code }: ErrorInfo) => settled.push(`${data} ${code}`),
          );
      outbox.connected(false, 'id-1');
      for (const data of ['larger', 'a', 'large', 'b']) submit(data);
      ack(0);
      outbox.refuseLargest(gone);
      outbox.interrupted();
      submit('the largest, which was not sent');
      frames.length = 0;
      outbox.connected(true, 'id-1');
      expect(frames).to.deep.equal(['1 a', '2 ', '3 b', '4 the largest, which was not sent']);
      ack(1);
      nack(2);
      ack(3, 2);
      await settling();
      expect(settled).to.deep.equal(['larger', 'large 40009', 'a', 'b', 'the largest, which was not sent']);
      expect([reported.length, reported[0]?.uncertain, reported[0]?.cause]).to.deep.equal([1, true, gone]);
      expect(reported[0]?.message).to.match(/too large .* with \d+ bytes .* Publish less at once/);
    });

    it('1009: does not send the refused largest frame in another session, and frees its room in the queue', () => {
      const { outbox, submit, sent, reported } = build({ maxMessages: 2, maxBytes: 10 });
      outbox.refuseLargest(gone); // there is none
      outbox.connected(false, 'id-1');
      submit('larger', 9);
      submit('a', 1);
      outbox.refuseLargest(gone);
      outbox.refuseLargest(gone);
      outbox.refuseLargest(gone);
      sent.length = 0;
      outbox.connected(false, 'id-2');
      submit('b', 10);
      expect(sent).to.deep.equal([['b', 0]]);
      outbox.lost(gone);
      expect(reported.map(({ code }) => code)).to.deep.equal([40009, 40009, 80002]);
    });
  });

  describe('with another owner of its session', () => {
    it('RTN16, RSL1k1, RTP2b2: gives messages and presence ids of their own until there is another session', () => {
      const sent: unknown[] = [];
      const { outbox } = build(plenty, ({ msgSerial, messages, presence }) =>
        sent.push([msgSerial, ...(messages ?? presence ?? []).map(({ id }) => id)]),
      );
      const submit = (...messages: readonly { readonly id?: string }[]): void =>
        void outbox.submit({ action: Action.message, channel: 'c', msgSerial: -1, messages }, 1);
      outbox.connected(false, 'id-1');
      submit({}, { id: 'x' });
      outbox.share();
      submit({}, {}, { id: 'x' });
      void outbox.submit({ action: Action.presence, channel: 'c', msgSerial: -1, presence: [{}] }, 1);
      submit({});
      outbox.connected(true, 'id-1');
      outbox.connected(false, 'id-2');
      submit({});
      const first = ['id-1:0:0', 'x'];
      const others = (member?: string): readonly unknown[] => [
        [1, 'own0:0', 'own0:1', 'x'],
        [2, member],
        [3, 'own2:0'],
      ];
      expect(sent).to.deep.equal([
        [0, undefined, 'x'],
        ...others('id-1.own:1:0'),
        [0, ...first],
        ...others('id-1.own:1:0'),
        [0, ...first],
        ...others(), // RTP17g1
        [4, undefined],
      ]);
    });
  });

  describe('keeps to its caps', () => {
    it('refuses a publish too many at once, and names the option', async () => {
      const { submit, settled, reported, outbox, ack } = build({ maxMessages: 2, maxBytes: 1000 });
      for (const name of ['a', 'b', 'c']) submit(name);
      await settling();
      expect(settled).to.deep.equal(['c 80030']);
      expect(reported[0]?.message).to.contain('queue.maxMessages').and.to.contain('2 ');
      outbox.connected(false, 'id-1');
      ack(0);
      submit('d');
      await settling();
      expect(settled).to.deep.equal(['c 80030', 'a ok']);
    });

    it('refuses bytes too many at once, and names the option; lets smaller ones in', async () => {
      const { submit, settled, reported } = build({ maxMessages: 10, maxBytes: 10 });
      submit('a', 6);
      submit('b', 5);
      submit('c', 4);
      await settling();
      expect(settled).to.deep.equal(['b 80030']);
      expect(reported[0]?.message).to.contain('queue.maxBytes').and.to.contain('10 ');
    });

    it('has room again after ACKs and after a loss', async () => {
      const { submit, settled, outbox, ack } = build({ maxMessages: 2, maxBytes: 10 });
      outbox.connected(false, 'id-1');
      submit('a', 5);
      submit('b', 5);
      ack(0, 2);
      submit('c', 10);
      outbox.lost(gone);
      submit('d', 10);
      await settling();
      expect(settled).to.deep.equal(['a ok', 'b ok', 'c 80002']);
    });
  });

  it('RTN7b: refuses what cannot be sent, whose serial and room go to the next', async () => {
    const sent: unknown[] = [];
    const reported: number[] = [];
    const outbox = new Outbox({
      firstSerial: undefined,
      newId: () => 'own',
      now: () => 0,
      measure: (frame) => JSON.stringify(frame).length,
      isAttaching: () => false,
      send: ({ channel, msgSerial }) => {
        if (channel === 'bad') throw new TypeError('no such thing in JSON');
        sent.push([channel, msgSerial]);
      },
      report: ({ code }) => reported.push(code),
      limits: { maxMessages: 2, maxBytes: 10 },
    });
    outbox.connected(false, 'id-1');
    const ends = ['a', 'bad', 'b'].map((channel) =>
      outbox.submit({ action: Action.message, channel, msgSerial: -1 }, 5).then(
        () => 'ok',
        ({ code }: ErrorInfo) => code,
      ),
    );
    expect([sent, outbox.nextSerial]).to.deep.equal([
      [
        ['a', 0],
        ['b', 1],
      ],
      2,
    ]);
    outbox.answered({ action: Action.ack, msgSerial: 0, count: 2 });
    expect(await Promise.all(ends)).to.deep.equal(['ok', 40013, 'ok']);
    expect(reported).to.deep.equal([40013]);
  });

  describe('takes back what a signal aborts', () => {
    it('before it was sent: rejects with the reason, reports nothing, and sends the others', async () => {
      const { outbox, submit, ack, sent, settled, reported } = build();
      const giving = new AbortController();
      for (const name of ['a', 'b', 'c']) submit(name, 1, name === 'b' ? giving.signal : undefined);
      giving.abort('changed my mind');
      outbox.connected(false, 'id-1');
      expect(outbox.nextSerial).to.equal(2);
      ack(0, 2);
      await settling();
      expect([sent, reported]).to.deep.equal([
        [
          ['a', 0],
          ['c', 1],
        ],
        [],
      ]);
      expect(settled).to.deep.equal(['b changed my mind', 'a ok', 'c ok']);
    });

    it('before it was submitted: takes no room', async () => {
      const { outbox, submit, sent, settled, reported } = build({ maxMessages: 0, maxBytes: 0 });
      outbox.connected(false, 'id-1');
      submit('a', 1, AbortSignal.abort('too late'));
      await settling();
      expect([sent, settled, reported]).to.deep.equal([[], ['a too late'], []]);
    });

    it('makes room for others', async () => {
      const { submit, settled } = build({ maxMessages: 2, maxBytes: 10 });
      const giving = new AbortController();
      submit('a', 5, giving.signal);
      submit('b', 5, giving.signal);
      giving.abort('no');
      for (const name of ['c', 'd', 'e']) submit(name, 5);
      await settling();
      expect(settled).to.deep.equal(['a no', 'b no', 'e 80030']);
    });

    it('not once it was sent, also while it waits to be sent again', async () => {
      const { outbox, submit, ack, sent, settled } = build();
      const giving = new AbortController();
      submit('a', 1, giving.signal);
      outbox.connected(false, 'id-1');
      submit('b', 1, giving.signal);
      outbox.interrupted();
      giving.abort('too late');
      outbox.connected(true, 'id-1');
      ack(0, 2);
      await settling();
      expect(sent.map(([name]) => name)).to.deep.equal(['a', 'b', 'a', 'b']);
      expect(settled).to.deep.equal(['a ok', 'b ok']);
    });

    it('listens to a signal once, and only while something waits with it', () => {
      const { outbox, submit } = build();
      const { signal } = new AbortController();
      const seen: string[] = [];
      const spied = Object.assign(signal, {
        addEventListener: () => seen.push('listen'),
        removeEventListener: () => seen.push('leave'),
      });
      for (const name of ['a', 'b']) submit(name, 1, spied);
      outbox.connected(false, 'id-1');
      submit('c', 1, spied);
      outbox.interrupted();
      submit('d', 1, spied);
      outbox.lost(gone);
      expect(seen).to.deep.equal(['listen', 'leave', 'listen', 'leave']);
    });

    it('a hundred thousand of them, each in constant time', async () => {
      const { outbox, submit, sent, settled } = build({ maxMessages: 200_000, maxBytes: 200_000 });
      const giving = new AbortController();
      submit('first');
      for (let n = 0; n < 100_000; n += 1) submit('n', 1, giving.signal);
      submit('last');
      giving.abort('no');
      outbox.connected(false, 'id-1');
      expect(outbox.nextSerial).to.equal(2);
      await settling();
      expect([sent, settled.length]).to.deep.equal([
        [
          ['first', 0],
          ['last', 1],
        ],
        100_000,
      ]);
    });
  });

  it('a rejection that nobody awaits is no unhandled rejection, and is reported all the same', async () => {
    const { outbox, reported } = build({ maxMessages: 0, maxBytes: 0 });
    const unhandled: unknown[] = [];
    const listen = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', listen);
    void outbox.submit({ action: Action.message, msgSerial: -1 }, 1);
    void outbox.refused(gone);
    const giving = new AbortController();
    void build().outbox.submit({ action: Action.message, msgSerial: -1 }, 1, giving.signal);
    giving.abort(new Error('given up'));
    void outbox.submit({ action: Action.message, msgSerial: -1 }, 1, giving.signal);
    await settling();
    process.off('unhandledRejection', listen);
    expect(unhandled).to.deep.equal([]);
    expect(reported.map(({ code }) => code)).to.deep.equal([80030, 80002]);
  });

  it('settles each submission exactly once, as a plain model does', async () => {
    const serial = fc.nat({ max: 12 });
    const count = fc.nat({ max: 4 });
    const deed = fc.oneof(
      { weight: 6, arbitrary: fc.constant({ type: 'submit' } as const) },
      {
        weight: 4,
        arbitrary: fc.record({ type: fc.constantFrom('ack' as const, 'nack' as const), serial, count }),
      },
      { weight: 2, arbitrary: fc.record({ type: fc.constant('connected' as const), resumed: fc.boolean() }) },
      { weight: 1, arbitrary: fc.constant({ type: 'interrupted' } as const) },
      { weight: 1, arbitrary: fc.constant({ type: 'lost' } as const) },
      { weight: 3, arbitrary: fc.record({ type: fc.constant('aborted' as const), serial }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { maxLength: 40 }), async (deeds) => {
        const { outbox, submit, ack, nack, sent, settled } = build();
        const model = new Model();
        const givings = deeds.map(() => new AbortController());
        for (const [at, what] of deeds.entries()) {
          if (what.type === 'submit') submit(`m${at}`, 1, givings[at]?.signal);
          else if (what.type === 'aborted') givings[what.serial]?.abort('aborted');
          else if (what.type === 'ack') ack(what.serial, what.count);
          else if (what.type === 'nack') nack(what.serial, what.count);
          else if (what.type === 'connected') outbox.connected(what.resumed, 'id-1');
          else if (what.type === 'lost') outbox.lost(gone);
          else outbox.interrupted();
          if (what.type === 'submit') model.submit(`m${at}`, givings[at]!.signal);
          else if (what.type === 'aborted') model.abort(`m${what.serial}`);
          else if (what.type === 'ack' || what.type === 'nack')
            model.answered(what.type, what.serial, what.count);
          else if (what.type === 'connected') model.connect(what.resumed);
          else if (what.type === 'lost') model.lose();
          else model.connected = false;
        }
        outbox.lost(gone);
        model.lose();
        await settling();
        expect(sent).to.deep.equal(model.sent);
        expect([...settled].sort()).to.deep.equal([...model.settled].sort());
        expect(settled).to.have.length(deeds.filter(({ type }) => type === 'submit').length);
      }),
      runs(300, 1),
    );
  });
});

interface Entry {
  readonly name: string;
  serial: number | undefined;
  everSent: boolean;
}
/** The same as the outbox, in the plainest way: a list in which each entry is looked up. */
class Model {
  readonly sent: [name: string, serial: number][] = [];
  readonly settled: string[] = [];
  connected = false;
  #next = 0;
  #entries: Entry[] = [];

  submit(name: string, { aborted }: AbortSignal): void {
    if (aborted) this.settled.push(`${name} aborted`);
    else this.#entries.push({ name, serial: undefined, everSent: false });
    this.#flush();
  }

  abort(name: string): void {
    const found = this.#entries.find((entry) => entry.name === name && !entry.everSent);
    if (!found) return;
    this.#entries.splice(this.#entries.indexOf(found), 1);
    this.settled.push(`${name} aborted`);
  }

  connect(resumed: boolean): void {
    this.#next = resumed
      ? (this.#entries.find(({ serial }) => serial !== undefined)?.serial ?? this.#next)
      : 0;
    for (const entry of this.#entries) entry.serial = undefined;
    this.connected = true;
    this.#flush();
  }

  answered(how: 'ack' | 'nack', serial: number, count: number): void {
    const settle = (matches: (serial: number) => boolean, outcome: string): void => {
      const matching = this.#entries.filter((entry) => entry.serial !== undefined && matches(entry.serial));
      this.#entries = this.#entries.filter((entry) => !matching.includes(entry));
      for (const { name } of matching) this.settled.push(`${name} ${outcome}`);
    };
    settle((of) => of < serial, '50001');
    settle((of) => of >= serial && of < serial + count, how === 'ack' ? 'ok' : '50000');
  }

  lose(): void {
    this.connected = false;
    for (const { name } of this.#entries) this.settled.push(`${name} 80002`);
    this.#entries = [];
  }

  #flush(): void {
    if (!this.connected) return;
    for (const entry of this.#entries.filter(({ serial }) => serial === undefined)) {
      entry.serial = this.#next++;
      entry.everSent = true;
      this.sent.push([entry.name, entry.serial]);
    }
  }
}
