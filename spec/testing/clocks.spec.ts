import { expect } from 'chai';
import sinon from 'sinon';
import { inMemory } from '../../lib/emulator/index.js';
import { realtimeTesting, relayTesting } from '../../lib/testing/index.js';
import { topicOf } from '../support/relay-world.js';

describe('testing: the fake timers of sinon, with the default scheduler', () => {
  let clock: sinon.SinonFakeTimers;
  beforeEach(() => {
    clock = sinon.useFakeTimers();
  });
  afterEach(() => {
    clock.restore();
  });

  it('tickAsync carries frames, promises and the minutes of an outage', async () => {
    const rt = realtimeTesting();
    const client = rt.client();
    const seen: unknown[] = [];
    client.connectionState$.subscribe((state) => seen.push(state));
    const published = client.channel('chat').publish('a');
    await clock.tickAsync(100);
    await published;
    rt.refuse();
    rt.drop();
    await clock.tickAsync(200_000);
    expect(seen.slice(0, 4)).deep.equal(['initialized', 'connecting', 'connected', 'connecting']);
    expect(seen).include.members(['disconnected', 'suspended']);
    await rt.close();
    await clock.tickAsync(0);
    expect(clock.countTimers()).equal(0);
  });

  for (const [name, kit] of [
    ['realtimeTesting', realtimeTesting],
    ['relayTesting', relayTesting],
  ] as const)
    it(`${name}: close() leaves no timer behind, for the next test's clock to hold`, async () => {
      const rt = kit();
      void rt.client().connect();
      await clock.tickAsync(100);
      await rt.close();
      expect(clock.countTimers()).equal(0);
    });

  it('close() leaves no timer behind of a half-open socket', async () => {
    const rt = realtimeTesting();
    rt.client().connect();
    await clock.tickAsync(100);
    rt.silence();
    await rt.close();
    expect(clock.countTimers()).equal(0);
  });

  it('a server in memory that is closed leaves no timer, and answers what is under way', async () => {
    const memory = inMemory();
    const { webSocketCtor, key } = memory;
    const socket = new webSocketCtor(`ws://x/?key=${key}`);
    const closed = new Promise((resolve) => (socket.onclose = resolve));
    const answered = memory.fetch('http://x/time');
    await null;
    memory.close();
    expect(clock.countTimers()).equal(0);
    await closed;
    expect((await answered).status).equal(503);
  });

  it('tick carries frames, and promises settle after it', () => {
    const rt = realtimeTesting();
    const seen: unknown[] = [];
    rt.client()
      .channel('chat')
      .messages$.subscribe(({ data }) => seen.push(data));
    clock.tick(100);
    rt.channel('chat').emit('greeting', 'hi');
    clock.tick(100);
    expect(seen).deep.equal(['hi']);
    void rt.close();
  });

  it('tickAsync carries the relay', async () => {
    const rt = relayTesting();
    const seen: string[] = [];
    rt.client()
      .channel(topicOf(1))
      .messages$.subscribe(({ message }) => seen.push(message));
    await clock.tickAsync(1000);
    rt.topic(topicOf(1)).push('hello');
    await clock.tickAsync(1000);
    expect(seen).deep.equal(['hello']);
    await rt.close();
  });
});
