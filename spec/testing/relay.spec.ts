import { expect } from 'chai';
import { relayTesting } from '../../lib/testing/index.js';
import { topicOf } from '../support/relay-world.js';
import { virtually } from '../support/virtual-time.js';

const topic = topicOf(1);

describe('testing: a relay in memory', () => {
  it(
    'pushes to subscribers, says what clients sent, and has the faults of the relay',
    virtually(({ scheduler, act }) => {
      const rt = relayTesting({ scheduler });
      const seen: string[] = [];
      rt.client()
        .channel(topic)
        .messages$.subscribe(({ message }) => seen.push(message));
      act('50ms a 50ms b 5s z', {
        a: () => rt.topic(topic).push('hello'),
        b: () => {
          expect(seen).deep.equal(['hello']);
          expect(
            rt.sent.filter((words) => words.includes('subscribe') || words === 'ack').slice(-1),
          ).deep.equal(['ack']);
          expect(
            rt.sent.some((words) => /^irn_(batchS|s)ubscribe/.test(words) && words.includes(topic)),
          ).equal(true);
          rt.drop();
        },
        z: () => {
          expect(rt.relay.connections.length).equal(1);
          void rt.close();
        },
      });
    }),
  );

  it(
    'serves by the options that are given',
    virtually(({ scheduler, act }) => {
      const rt = relayTesting({ scheduler, projects: ['mine'] });
      const clients = ['mine', 'other'].map((projectId) => rt.client({ projectId }));
      for (const client of clients) void client.connect().catch(() => undefined);
      act('50ms z', {
        z: () => {
          expect(clients.map(({ connection }) => connection.state)).deep.equal(['connected', 'failed']);
          void rt.close();
        },
      });
    }),
  );

  it('says to wait where there is no connection to drop', async () => {
    await using rt = relayTesting();
    expect(() => rt.drop()).throw('There is no connection to drop.');
  });
});
