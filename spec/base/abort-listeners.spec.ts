import { expect } from 'chai';
import { AbortListeners } from '../../lib/base/abort-listeners.js';

/** Aborts, and what was given up why. */
function watching() {
  const seen: (readonly [entry: string, reason: unknown])[] = [];
  const aborts = new AbortListeners<string>((entry, { reason }) => seen.push([entry, reason]));
  return { aborts, seen };
}
/** A signal that notes who listens to it. */
function spied() {
  const giving = new AbortController();
  const { signal } = giving;
  const listeners: string[] = [];
  const [listen, leave] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  signal.addEventListener = (type: string, listener: EventListener) => {
    listeners.push('listen');
    listen(type, listener);
  };
  signal.removeEventListener = (type: string, listener: EventListener) => {
    listeners.push('leave');
    leave(type, listener);
  };
  return { giving, signal, listeners };
}

describe('Aborts', () => {
  it('gives up all that wait with a signal, in order, and nothing else', () => {
    const { aborts, seen } = watching();
    const [one, other] = [new AbortController(), new AbortController()];
    aborts.watch(one.signal, 'a');
    aborts.watch(other.signal, 'b');
    aborts.watch(one.signal, 'c');
    one.abort('why');
    expect(seen).to.deep.equal([
      ['a', 'why'],
      ['c', 'why'],
    ]);
  });

  it('lets go of what is forgotten, also while others are given up', () => {
    const { aborts, seen } = watching();
    const giving = new AbortController();
    for (const entry of ['a', 'b']) aborts.watch(giving.signal, entry);
    aborts.forget(giving.signal, 'a');
    aborts.forget(new AbortController().signal, 'b');
    giving.abort('why');
    aborts.forget(giving.signal, 'b');
    expect(seen).to.deep.equal([['b', 'why']]);
  });

  it('has one listener per signal, and none once nobody waits with it', () => {
    const { aborts } = watching();
    const { signal, giving, listeners } = spied();
    for (const entry of ['a', 'b', 'c']) aborts.watch(signal, entry);
    for (const entry of ['c', 'a', 'a', 'b', 'b']) aborts.forget(signal, entry);
    expect(listeners.splice(0)).to.deep.equal(['listen', 'leave']);
    aborts.watch(signal, 'd');
    giving.abort();
    expect(listeners).to.deep.equal(['listen', 'leave']);
  });
});
