import { expect } from 'chai';
import type { Outcome, Settle } from '../../../lib/relay/calls/call.js';
import type { Calls } from '../../../lib/relay/calls/calls.js';
import { signOfLife } from '../../../lib/relay/calls/probe.js';
import { RelayError } from '../../../lib/relay/relay-error.js';
import { fateOf, played } from '../../support/relay-world.js';

const failed = (reason: 'timeout' | 'rejected', cause?: Error): Outcome => ({
  type: 'failed',
  failure: { reason, cause, attempts: 1, elapsed: 1, uncertain: true },
});

describe('signOfLife', () => {
  /** What it tells where calls come to these outcomes, one after another, and then to none. */
  const told = (...outcomes: Outcome[]): readonly unknown[] => {
    const seen: unknown[] = [];
    const begin = (_: unknown, settle: Settle): unknown => {
      seen.push('asked');
      const outcome = outcomes.shift();
      if (outcome) settle(outcome, {} as never);
      return {};
    };
    const calls = { begin, withdraw: () => undefined } as unknown as Calls;
    signOfLife(calls, () => ({ method: 'irn_fetchMessages', params: {} }), 1).subscribe({
      next: (value) => seen.push(value),
      complete: () => seen.push('|'),
    });
    return seen;
  };

  it('emits on any answer of the relay, a refusal too', () => {
    expect(told({ type: 'answered', result: null })).to.deep.equal(['asked', true, '|']);
    expect(told(failed('rejected', new RelayError('Busy', { code: 3001 })))).to.deep.equal([
      'asked',
      true,
      '|',
    ]);
  });

  it('sends another probe when the relay does not answer', () => {
    expect(told(failed('timeout'), failed('timeout'), { type: 'answered', result: true })).to.deep.equal([
      ...['asked', 'asked', 'asked', true, '|'],
    ]);
  });

  it('emits nothing when the connection is lost first', () => {
    expect(told(failed('timeout', new RelayError('lost')))).to.deep.equal(['asked']);
    expect(told({ type: 'withdrawn' })).to.deep.equal(['asked']);
  });

  it('withdraws the probe that is under way when it is left', () => {
    const [call, withdrawn]: [object, unknown[]] = [{}, []];
    const calls = {
      begin: () => call,
      withdraw: (given: unknown) => withdrawn.push(given),
    } as unknown as Calls;
    const left = signOfLife(calls, () => ({ method: 'irn_fetchMessages', params: {} }), 1).subscribe();
    expect(withdrawn).to.deep.equal([]);
    left.unsubscribe();
    expect(withdrawn).to.deep.equal([call]);
  });
});

describe('probes', () => {
  it(
    'take no message of any topic, as of 64 zeros',
    played((world) => {
      const [publisher, receiver] = [world.clientOf(), world.clientOf()];
      const zeros = '0'.repeat(64);
      const heard: string[] = [];
      fateOf(receiver.subscribe(zeros));
      fateOf(publisher.publish(zeros, 'hello', { ttl: 3600 }));
      world.at(30_000, () =>
        receiver.channel(zeros).messages$.subscribe(({ message }) => heard.push(message)),
      );
      return () => {
        const topics = world
          .heard('irn_fetchMessages')
          .map(({ text }) => (JSON.parse(text) as { params: { topic: string } }).params.topic);
        expect(heard).to.deep.equal(['hello']);
        expect(new Set(topics).size, 'one topic for each client').to.equal(2);
        for (const topic of topics) expect(topic).to.match(/^[0-9a-f]{64}$/);
      };
    }),
  );
});

describe('connect()', () => {
  it(
    'sends another probe when the relay keeps the connection and does not answer',
    played((world) => {
      world.relay.faults.ignore({ method: 'irn_fetchMessages' });
      const fate = fateOf(world.clientOf({ probeAfter: 20_000 }).connect());
      world.lastly(() =>
        expect(
          world
            .heard('irn_fetchMessages')
            .map(({ at }) => at)
            .slice(0, 2),
        ).to.deep.equal([3, 10_003]),
      );
      return () => {
        expect(fate).to.have.property('value');
      };
    }),
  );

  it(
    'waits for the next connection when one is lost before the relay has answered',
    played((world) => {
      world.relay.faults.dropBefore({ method: 'irn_fetchMessages', count: 2 });
      const client = world.clientOf();
      const fate = fateOf(client.connect());
      const states: string[] = [];
      client.connectionState$.subscribe((state) => states.push(state));
      return () => {
        expect(states.filter((state) => state === 'connected')).to.have.length(3);
        expect(fate).to.have.property('value');
      };
    }),
  );
});
