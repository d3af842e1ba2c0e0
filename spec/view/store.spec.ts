import { expect } from 'chai';
import { BehaviorSubject, concat, NEVER, Observable, of, Subject } from 'rxjs';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { perFrame } from '../../lib/view/per-frame.js';
import { storeOf } from '../../lib/view/store.js';

describe('the pace of a page', () => {
  let clock: SinonFakeTimers;

  beforeEach(() => {
    clock = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
  });
  afterEach(() => {
    clock.restore();
  });

  /** Puts a frame every 16 ms in place, or takes it away. */
  const painting = (isPainted: boolean): (() => void) => {
    const frames = {
      requestAnimationFrame: isPainted ? (go: () => void) => clock.setTimeout(go, 16) : () => 0,
      cancelAnimationFrame: (request: number) => {
        clock.clearTimeout(request);
      },
    };
    Object.assign(globalThis, frames);
    return () => {
      for (const name of Object.keys(frames)) Reflect.deleteProperty(globalThis, name);
    };
  };

  describe('perFrame', () => {
    it('emits the latest value of each frame, at its end', () => {
      const unpaint = painting(true);
      const values = new Subject<number>();
      const heard: number[] = [];
      values.pipe(perFrame(() => true)).subscribe((value) => heard.push(value));
      values.next(1);
      values.next(2);
      expect(heard).to.deep.equal([]);
      clock.tick(16);
      values.next(3);
      values.next(4);
      clock.tick(15);
      expect(heard).to.deep.equal([2]);
      clock.tick(1);
      expect(heard).to.deep.equal([2, 4]);
      unpaint();
    });

    it('moves on after a second where a page is hidden, and by a timer where nothing is painted', () => {
      const heard: number[] = [];
      const unpaint = painting(false);
      const values = new Subject<number>();
      values.pipe(perFrame(() => true)).subscribe((value) => heard.push(value));
      values.next(1);
      clock.tick(999);
      expect(heard).to.deep.equal([]);
      clock.tick(1);
      expect(heard).to.deep.equal([1]);
      unpaint();
      const others = new Subject<number>();
      others.pipe(perFrame(() => true)).subscribe((value) => heard.push(value));
      others.next(2);
      clock.tick(16);
      expect(heard).to.deep.equal([1, 2]);
    });

    it('asks for the next frame before it tells of this one, so that what is rendered by a frame waits for the next change', () => {
      const unpaint = painting(true);
      const values = new Subject<number>();
      const seen: string[] = [];
      values.pipe(perFrame(() => true)).subscribe((value) => {
        seen.push(`told of ${value}`);
        requestAnimationFrame(() => seen.push('rendered'));
      });
      for (const value of [1, 2]) {
        values.next(value);
        clock.tick(16);
      }
      expect(seen).to.deep.equal(['told of 1', 'told of 2', 'rendered']);
      unpaint();
    });

    it('emits what is left before it completes, and leaves no timer where it is left', () => {
      const heard: unknown[] = [];
      of(1, 2)
        .pipe(perFrame(() => true))
        .subscribe({ next: (value) => heard.push(value), complete: () => heard.push('|') });
      clock.tick(16);
      expect(heard).to.deep.equal([2, '|']);
      concat(of(1), NEVER)
        .pipe(perFrame(() => true))
        .subscribe()
        .unsubscribe();
      expect(clock.countTimers()).to.equal(0);
    });
  });

  describe('storeOf', () => {
    const show = (value: number): string => `shown ${value}`;

    it('has values that come while the first listener subscribes at once, and tells nobody of them', () => {
      const store = storeOf(new BehaviorSubject(7), 0, show);
      expect(store.get()).to.equal('shown 0');
      let told = 0;
      store.subscribe(() => (told += 1));
      expect([store.get(), told]).to.deep.equal(['shown 7', 0]);
    });

    it('tells all listeners at most once a frame, with the value in place', () => {
      const source = new Subject<number>();
      const store = storeOf(source, 0, show);
      const heard: string[] = [];
      store.subscribe(() => heard.push(`a ${store.get()}`));
      store.subscribe(() => heard.push(`b ${store.get()}`));
      for (const value of [1, 2, 3]) source.next(value);
      expect(store.get()).to.equal('shown 0');
      clock.tick(16);
      expect(heard).to.deep.equal(['a shown 3', 'b shown 3']);
    });

    it('runs the source once, from the first listener to the last; the last value stays', () => {
      let running = 0;
      const source$ = new Observable<number>((subscriber) => {
        running += 1;
        subscriber.next(running * 10);
        return () => (running -= 1);
      });
      const store = storeOf(source$, 0, show);
      const same = (): void => undefined;
      const [first, second] = [store.subscribe(same), store.subscribe(same)];
      expect(running).to.equal(1);
      first();
      first(); // twice, as frameworks may
      expect(running).to.equal(1);
      second();
      expect([running, store.get(), clock.countTimers()]).to.deep.equal([0, 'shown 10', 0]);
      store.subscribe(same)();
      expect([running, store.get()]).to.deep.equal([0, 'shown 10']);
    });

    it('keeps the last value of a source that has completed, and does not run it again', () => {
      let runs = 0;
      const source$ = new Observable<number>((subscriber) => {
        runs += 1;
        subscriber.next(7);
        subscriber.complete();
      });
      const store = storeOf(source$, 0, show);
      store.subscribe(() => undefined)();
      store.subscribe(() => undefined)();
      expect([runs, store.get()]).to.deep.equal([1, 'shown 7']);
    });
  });
});
