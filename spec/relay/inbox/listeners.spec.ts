import { expect } from 'chai';
import { Subject } from 'rxjs';
import type { RelayMessage } from '../../../lib/relay/index.js';
import { Listeners } from '../../../lib/relay/inbox/listeners.js';
import { topicOf } from '../../support/relay-world.js';

describe('Listeners', () => {
  it('reports a listener that threw, or whose promise rejected', async () => {
    const messages = new Subject<RelayMessage>();
    const told: unknown[] = [];
    const listeners = new Listeners(messages, ({ cause }) => told.push(cause));
    listeners.add('relay_message', () => {
      throw new Error('at once');
    });
    listeners.add('relay_message', (_topic, message) => Promise.reject(new Error(message)));
    listeners.add('relay_message', () => Promise.resolve());
    const times = { publishedAt: 1, receivedAt: 2 };
    messages.next({ id: 'id', topic: topicOf(1), message: 'later', tag: 0, ...times });
    expect(told).to.deep.equal([new Error('at once')]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(told.map((error) => (error as Error).message)).to.deep.equal(['at once', 'later']);
  });
});
