import { expect } from 'chai';
import { runMarbles } from '../../lib/testing/index.js';

describe('testing: runMarbles', () => {
  it('compares the data of messages and their times', () => {
    runMarbles(({ rt, cold, expectMessages }) => {
      cold('--a-b').subscribe((data) => rt.channel('chat').emit('greeting', data));
      expectMessages(rt.client().channel('chat'), '--x-b', { x: 'a', b: 'b' });
    });
  });

  it('writes both as lines where they differ, in data or in time', () => {
    const run = (marbles: string): void => {
      runMarbles(({ rt, cold, expectMessages }) => {
        cold('--a').subscribe((a) => rt.channel('chat').emit('greeting', { a }));
        expectMessages(rt.client().channel('chat'), marbles, { a: { a: 'a' }, b: { a: 'b' } });
      });
    };
    run('--a');
    expect(() => run('--b')).throw('Expected:\n  2 ms: {"a":"b"}\nCame:\n  2 ms: {"a":"a"}');
    expect(() => run('---a')).throw('Expected:\n  3 ms: {"a":"a"}\nCame:\n  2 ms: {"a":"a"}');
    expect(() => run('')).throw('Expected:\n  nothing\nCame:\n  2 ms');
    expect(() => run('--(a|)')).throw('2 ms: complete');
  });

  it('writes subscriptions as lines, too', () => {
    const run = (): void =>
      runMarbles(({ cold, expectSubscriptions }) => {
        const source$ = cold('a');
        source$.subscribe().unsubscribe();
        expectSubscriptions(source$.subscriptions).toBe('-^!');
      });
    expect(run).throw(
      'Expected:\n  {"subscribedFrame":1,"unsubscribedFrame":2}\nCame:\n  {"subscribedFrame":0,"unsubscribedFrame":0}',
    );
  });

  it('counts an error and a completion that the run did not make', () => {
    runMarbles(({ rt, cold, expectMessages }) => {
      const client = rt.client();
      cold('---z').subscribe(() => void client.dispose());
      expectMessages(client.channel('chat'), '---|');
    });
  });

  it('asserts by the function that is given', () => {
    const asked: unknown[] = [];
    runMarbles(({ rt, expectMessages }) => expectMessages(rt.client().channel('a'), ''), {
      assertDeepEqual: (...pair) => void asked.push(pair),
    });
    expect(asked).deep.equal([[[], []]]);
  });

  it('runs faults, minutes of an outage included, and ends at `until`', () => {
    const states = runMarbles(
      ({ rt, hot }) => {
        const seen: string[] = [];
        const client = rt.client();
        client.connectionState$.subscribe((state) => seen.push(state));
        client.connect();
        hot('1s a').subscribe(() => {
          rt.refuse();
          rt.drop();
        });
        return seen;
      },
      { until: 200_000 },
    );
    expect(states).include.members(['connected', 'disconnected', 'suspended']);
  });
});
