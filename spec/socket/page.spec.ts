import { expect } from 'chai';
import { pageLifecycle$ } from '../../lib/socket/page-lifecycle.js';
import { pageStorage } from '../../lib/socket/page-storage.js';

/** Gives the globals of a page for as long as `work` runs. */
function onPage(page: Readonly<Record<string, unknown>>, work: () => void): void {
  const before = Object.keys(page).map(
    (name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const,
  );
  for (const [name, value] of Object.entries(page))
    Object.defineProperty(globalThis, name, { value, configurable: true });
  try {
    work();
  } finally {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else Reflect.deleteProperty(globalThis, name);
    }
  }
}

describe('pageLifecycle$', () => {
  it('RTN20: installs nothing where there is no page, as on servers and in workers', () => {
    const seen: unknown[] = [];
    pageLifecycle$.subscribe({ next: (sign) => seen.push(sign), complete: () => seen.push('|') });
    expect(seen).to.deep.equal(['|']);
  });
  it('RTN20: tells what a page tells of itself, as long as somebody listens', () => {
    const window = new EventTarget();
    const document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
    const seen: string[] = [];
    onPage({ window, document }, () => {
      const listening = pageLifecycle$.subscribe((sign) => seen.push(sign));
      window.dispatchEvent(new Event('offline'));
      window.dispatchEvent(new Event('online'));
      document.visibilityState = 'hidden';
      document.dispatchEvent(new Event('visibilitychange'));
      document.dispatchEvent(new Event('freeze'));
      document.dispatchEvent(new Event('resume'));
      document.visibilityState = 'visible';
      document.dispatchEvent(new Event('visibilitychange'));
      for (const persisted of [true, false])
        window.dispatchEvent(Object.assign(new Event('pagehide'), { persisted }));
      listening.unsubscribe();
      window.dispatchEvent(new Event('online'));
    });
    expect(seen).to.deep.equal(['offline', 'online', 'hidden', 'frozen', 'resumed', 'visible', 'terminated']);
  });
});

describe('pageMemory', () => {
  it('RTN16: keeps a text for the next page of the tab, once; and forgets where there is no page', () => {
    const nowhere = pageStorage('');
    expect(nowhere.take()).to.equal(null);
    nowhere.free();
    const kept = new Map<string, string>();
    const sessionStorage = {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, text: string) => void kept.set(name, text),
      removeItem: (name: string) => void kept.delete(name),
    };
    onPage({ sessionStorage }, () => {
      const storage = pageStorage('');
      storage.keep('a key');
      expect([storage.take(), storage.take()]).to.deep.equal(['a key', null]);
      storage.keep('a key');
      storage.keep(null);
      expect(storage.take()).to.equal(null);
      const three = ['', 'ann', 'ann'].map((name) => pageStorage(name));
      for (const [index, { keep }] of three.entries()) keep(`key ${index}`);
      expect([...kept.keys()]).to.deep.equal([
        'rx-realtime.recovery.2',
        'rx-realtime.recovery.ann',
        'rx-realtime.recovery.ann.2',
      ]);
      for (const { free } of [storage, ...three]) free();
      const again = pageStorage('ann');
      expect(again.take()).to.equal('key 1');
      again.free();
    });
  });
});
