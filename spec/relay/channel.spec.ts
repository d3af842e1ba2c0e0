import { expect } from 'chai';
import type { RelayChannel } from '../../lib/relay/index.js';
import { inWorld, type RelayWorld, topicOf } from '../support/relay-world.js';
import { type Virtual, virtually } from '../support/virtual-time.js';

const topic = topicOf(1);
const played = (play: (world: RelayWorld, virtual: Virtual) => () => void, options = {}) =>
  inWorld(virtually, play, options);

/** What both streams of a channel say from now on. */
function told({ messages$, state$ }: RelayChannel): string[] {
  const said: string[] = [];
  messages$.subscribe({
    next: ({ message }) => said.push(message),
    complete: () => said.push('messages$ |'),
  });
  state$.subscribe({ next: (state) => said.push(state), complete: () => said.push('state$ |') });
  return said;
}

describe('RelayChannel', () => {
  it(
    'its streams complete also for those who come after dispose(), whenever it was taken',
    played((world) => {
      const client = world.clientOf();
      const early = client.channel(topic);
      let said: string[][] = [];
      world.at(1000, () => client.dispose());
      world.at(2000, () => (said = [told(early), told(client.channel(topicOf(2)))]));
      return () => {
        expect(said).to.deep.equal([
          ['messages$ |', 'inactive', 'state$ |'],
          ['messages$ |', 'inactive', 'state$ |'],
        ]);
      };
    }),
  );
});
