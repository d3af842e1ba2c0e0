import { expect } from 'chai';
import fc from 'fast-check';
import { Outbox } from '../../../lib/ably/outbox/outbox.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import type { ProtocolMessage, WireMessage } from '../../../lib/ably/wire/frames.js';
import { runs, timeLimit } from '../../support/chaos/replay.js';
import { settling } from '../../support/settling.js';

const gone = new ErrorInfo('gone', { code: 80002 });
const refusal = { code: 40160, statusCode: 401, message: 'no' };

type Answer = Pick<ProtocolMessage, 'action' | 'msgSerial' | 'count' | 'error'>;

/** A server that knows messages by their ids, and everything else only by its msgSerial and the ids that it brings along. */
class Server {
  /** What has arrived, as often as it has. */
  readonly arrived: string[] = [];
  session = 0;
  refuses = 0;
  #expected = 0;
  readonly #ids = new Set<string>();
  readonly #results = new Map<string, Answer>();

  begin(): void {
    this.session += 1;
    this.#expected = 0;
  }

  /** A publish of another owner of the session, which gives no ids and counts on from where it was told (RTN16f). */
  publishOfOther(msgSerial: number): void {
    this.#expected = Math.max(this.#expected, msgSerial);
    this.take({ action: Action.message, msgSerial, messages: [{ data: 'of the other' }] });
  }

  take({ msgSerial = 0, messages = [] }: ProtocolMessage): Answer {
    const names = messages.map(({ id }, index) => id ?? `s${this.session}:${msgSerial}:${index}`);
    const key = JSON.stringify([this.session, msgSerial, names]);
    const known = this.#results.get(key);
    if (known) return known;
    const answer = this.#perform(msgSerial, messages, names);
    this.#results.set(key, answer);
    this.#expected = Math.max(this.#expected, msgSerial + 1);
    return answer;
  }

  #perform(msgSerial: number, messages: readonly WireMessage[], names: readonly string[]): Answer {
    const answer = { msgSerial, count: 1 };
    if (this.refuses > 0 || messages.length === 0 || msgSerial > this.#expected) {
      if (messages.length > 0) this.refuses = Math.max(0, this.refuses - 1);
      return { ...answer, action: Action.nack, error: refusal };
    }
    for (const [index, { data, serial }] of messages.entries()) {
      const name = names[index] ?? '';
      if (serial === undefined && this.#ids.has(name)) continue;
      this.#ids.add(name);
      this.arrived.push(String(data));
    }
    return { ...answer, action: Action.ack };
  }
}

const some = fc.nat(4);
const deed = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constantFrom('publish' as const, 'edit' as const), size: some }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constantFrom('deliver' as const, 'answer' as const), count: some }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constantFrom(
        ...(['resume', 'begin', 'drop', 'too large', 'share', 'other owner', 'refuse', 'lost'] as const),
      ),
    }),
  },
);

describe('the laws of an outbox', () => {
  it('RTN7a, RTN7e, RTN16, RTN19a2: what resolved has arrived once; what was rejected and is not uncertain has not', async () => {
    const sum = { resolved: 0, certain: 0, uncertain: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { maxLength: 60, size: 'max' }), async (deeds) => {
        const server = new Server();
        let up: ProtocolMessage[] = [];
        let down: Answer[] = [];
        let serialOfOther: number | undefined;
        let named = 0;
        const outbox = new Outbox({
          send: (frame) => void up.push({ ...frame }), // the frame itself is changed when it is sent again
          measure: (frame) => JSON.stringify(frame).length,
          report: () => undefined,
          limits: { maxMessages: 1000, maxBytes: 100_000 },
          isAttaching: () => false,
          firstSerial: undefined,
          newId: () => `own ${(named += 1)} `,
          now: () => 0,
        });
        const ends = new Map<string, true | ErrorInfo>();
        const submit = (messages: readonly WireMessage[]): void => {
          const data = String(messages[0]?.data);
          outbox.submit({ action: Action.message, msgSerial: -1, messages }, 1).then(
            () => ends.set(data, true),
            (error: unknown) => ends.set(data, error as ErrorInfo),
          );
        };
        const cut = (): void => {
          up = [];
          down = [];
          outbox.interrupted();
        };
        const connect = (resumed: boolean): void => {
          cut();
          const isResumed = resumed && server.session > 0;
          if (!isResumed) {
            server.begin();
            serialOfOther = undefined;
          }
          outbox.connected(isResumed, `s${server.session}`);
        };
        for (const [at, what] of deeds.entries()) {
          if (what.type === 'publish') submit([{ data: `${at}${'.'.repeat(what.size)}` }]);
          else if (what.type === 'edit')
            submit([{ data: `${at}${'.'.repeat(what.size)}`, serial: 's', action: 1 }]);
          else if (what.type === 'deliver')
            down.push(...up.splice(0, what.count).map((frame) => server.take(frame)));
          else if (what.type === 'answer')
            for (const answer of down.splice(0, what.count)) outbox.answered(answer as ProtocolMessage);
          else if (what.type === 'resume' || what.type === 'begin') connect(what.type === 'resume');
          else if (what.type === 'drop') cut();
          else if (what.type === 'refuse') server.refuses += 1;
          else if (what.type === 'lost') {
            cut();
            outbox.lost(gone);
          } else if (what.type === 'too large') {
            outbox.refuseLargest(gone);
            cut();
          } else if (what.type === 'share' && server.session > 0) {
            outbox.share();
            serialOfOther ??= outbox.nextSerial;
          } else if (what.type === 'other owner' && serialOfOther !== undefined)
            server.publishOfOther(serialOfOther++);
        }
        outbox.lost(gone);
        await settling();
        for (const [data, end] of ends) {
          const times = server.arrived.filter((arrived) => arrived === data).length;
          if (end === true) expect([data, times]).to.deep.equal([data, 1]);
          else if (end.uncertain) expect(times, end.message).to.be.at.most(1);
          else expect([data, times], end.message).to.deep.equal([data, 0]);
          sum[end === true ? 'resolved' : end.uncertain ? 'uncertain' : 'certain'] += 1;
        }
        expect(ends.size).to.equal(deeds.filter(({ type }) => type === 'publish' || type === 'edit').length);
      }),
      runs(1000, 1),
    );
    expect(Object.values(sum).every((count) => count > 100)).to.equal(true);
  }).timeout(timeLimit(1000));
});
