import { expect } from 'chai';
import type { Outcome, Settle } from '../../lib/relay/calls/call.js';
import type { Calls } from '../../lib/relay/calls/calls.js';
import { signOfLife } from '../../lib/relay/probe.js';
import { RelayError } from '../../lib/relay/relay-error.js';
import { fateOf, inWorld, type RelayWorld } from '../support/relay-world.js';
import { virtually } from '../support/virtual-time.js';

const failed = (reason: 'timeout' | 'rejected', cause?: Error): Outcome => ({
  type: 'failed',
  failure: { reason, cause, attempts: 1, elapsed: 1, uncertain: true },
});

describe('signOfLife', () => {
  const told = (outcome: Outcome): readonly unknown[] => {
    const seen: unknown[] = [];
    const begin = (_: unknown, settle: Settle): unknown => {
      settle(outcome, {} as never);
      return {};
    };
    const calls = { begin, withdraw: () => seen.push('withdrawn') } as unknown as Calls;
    const watching = signOfLife(calls, 1).subscribe({
      next: (value) => seen.push(value),
      complete: () => seen.push('|'),
    });
    watching.unsubscribe();
    return seen;
  };

  it('is whatever the relay answers, a refusal too, or nothing on a connection that holds', () => {
    for (const outcome of [
      { type: 'answered', result: null } as const,
      failed('rejected', new RelayError('Busy', { code: 3001 })),
      failed('timeout'),
    ])
      expect(told(outcome)).to.deep.equal([true, '|', 'withdrawn']);
  });

  it('is none where the connection is lost first', () => {
    expect(told(failed('timeout', new RelayError('lost')))).to.deep.equal(['withdrawn']);
    expect(told({ type: 'withdrawn' })).to.deep.equal(['withdrawn']);
  });
});

describe('connect()', () => {
  const played = (play: (world: RelayWorld) => () => void) => inWorld(virtually, play);

  it(
    'resolves also where the relay answers nothing and keeps the connection',
    played((world) => {
      world.relay.faults.ignore({ method: 'irn_fetchMessages', count: Infinity });
      const fate = fateOf(world.clientOf().connect());
      return () => {
        expect(fate).to.have.property('value');
      };
    }),
  );

  it(
    'goes on where the connection is lost before the relay has answered, until it has',
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
