import { expect } from 'chai';
import { NEVER, of, type SchedulerLike, Subject } from 'rxjs';
import type { Data } from '../../lib/codec/codec.js';
import { platformOf } from '../../lib/socket/types.js';
import { isData, type SocketEvent, throughSocket } from '../../lib/socket/socket.js';
import { type FakeSocket, fakeNetwork } from '../support/fake-socket.js';
import { virtually } from '../support/virtual-time.js';

function run(scheduler: SchedulerLike, outgoing = new Subject<Data>()) {
  const net = fakeNetwork();
  const seen: (SocketEvent | '|' | '#')[] = [];
  const subscription = outgoing
    .pipe(throughSocket(() => platformOf(net.ctor, '').dial({ url: 'ws://x' }, () => undefined), scheduler))
    .subscribe({
      next: (event) => seen.push(event),
      error: () => seen.push('#'),
      complete: () => seen.push('|'),
    });
  return { net, seen, outgoing, subscription };
}
const opened = { type: 'opened' } as const;
const closed = (code: number, reason = '') => ({ type: 'closed', code, reason }) as const;

describe('throughSocket', () => {
  it(
    'dials on subscription, and once for each',
    virtually(({ scheduler }) => {
      const net = fakeNetwork();
      const socket$ = NEVER.pipe(throughSocket(() => new net.ctor('ws://x'), scheduler));
      expect(net.dialled).to.have.length(0);
      socket$.subscribe();
      socket$.subscribe();
      expect(net.dialled).to.have.length(2);
    }),
  );

  it(
    'emits opened, then each message as the event of the socket, then closed, and completes',
    virtually(({ scheduler }) => {
      const { net, seen } = run(scheduler);
      const bytes = new Uint8Array([1]);
      net.last().open();
      net.last().receive('a');
      net.last().receive(bytes);
      net.last().end(1000, 'bye');
      expect(seen).to.deep.equal([opened, { data: 'a' }, { data: bytes }, closed(1000, 'bye'), '|']);
    }),
  );

  it(
    'emits code 1006 when the network fails',
    virtually(({ scheduler }) => {
      const { net, seen } = run(scheduler);
      net.last().open();
      net.last().fail();
      expect(seen).to.deep.equal([opened, closed(1006), '|']);
    }),
  );

  it(
    'sends values of the source from opened on, also one emitted in answer to it',
    virtually(({ scheduler }) => {
      const net = fakeNetwork();
      const outgoing = new Subject<Data>();
      outgoing.pipe(throughSocket(() => new net.ctor('ws://x'), scheduler)).subscribe((event) => {
        if (event.type === 'opened') outgoing.next('first');
      });
      net.last().open();
      outgoing.next('second');
      expect(net.last().sent).to.deep.equal(['first', 'second']);
    }),
  );

  it(
    'stays open when the source completes',
    virtually(({ scheduler }) => {
      const net = fakeNetwork();
      const seen: unknown[] = [];
      of('only')
        .pipe(throughSocket(() => new net.ctor('ws://x'), scheduler))
        .subscribe((event) => seen.push(event));
      net.last().open();
      net.last().receive('answer');
      expect(net.last().sent).to.deep.equal(['only']);
      expect(seen).to.deep.equal([opened, { data: 'answer' }]);
      expect(net.last().hungUp).to.equal(undefined);
    }),
  );

  it(
    'hangs up when unsubscribed: before the opening, after it, and once only',
    virtually(({ scheduler }) => {
      for (const prepare of [() => undefined, (socket: FakeSocket) => socket.open()]) {
        const { net, outgoing, seen, subscription } = run(scheduler);
        prepare(net.last());
        const before = [...seen];
        subscription.unsubscribe();
        expect(net.last().hungUp).to.deep.equal({ code: undefined, reason: '' });
        net.last().receive('late');
        net.last().end();
        expect(seen).to.deep.equal(before);
        expect(outgoing.observed).to.equal(false);
      }
    }),
  );

  it(
    'reports an address that cannot be dialled as closed',
    virtually(({ scheduler }) => {
      const seen: unknown[] = [];
      const dial = (): WebSocket => {
        throw new SyntaxError('bad url');
      };
      NEVER.pipe(throughSocket(dial, scheduler)).subscribe({
        next: (event) => seen.push(event),
        complete: () => seen.push('|'),
      });
      expect(seen).to.deep.equal([{ ...closed(1006, 'bad url'), unopened: true }, '|']);
    }),
  );

  it(
    'hangs up on a socket that throws when it is given something to send',
    virtually(({ scheduler }) => {
      const { net, seen, outgoing } = run(scheduler);
      const socket = net.last();
      socket.open();
      socket.send = () => {
        throw new TypeError('not sendable');
      };
      outgoing.next('x');
      expect(seen.at(-2)).to.have.property('type', 'closed');
      expect(seen.at(-1)).to.equal('|');
      expect(socket.hungUp, 'is told to close').to.not.equal(undefined);
    }),
  );

  it(
    'takes a close without a code, as Deno tells of a lost connection, for 1006',
    virtually(({ scheduler }) => {
      const { net, seen } = run(scheduler);
      net.last().open();
      net.last().end(0);
      expect(seen).to.deep.equal([opened, closed(1006), '|']);
    }),
  );

  for (const [title, end, ended] of [
    ['ends a socket whose class can do that a second after a close that is not answered', false, [1000]],
    ['leaves no timer behind a socket whose close was answered', true, []],
  ] as const)
    it(
      title,
      virtually(({ scheduler, flush }) => {
        const { net, subscription } = run(scheduler);
        const socket = net.last();
        const terminated: number[] = [];
        socket.terminate = () => terminated.push(scheduler.now());
        socket.open();
        subscription.unsubscribe();
        if (end) socket.end();
        const waiting = scheduler.actions.filter(({ closed: over }) => !over);
        flush();
        expect([waiting.length, terminated]).to.deep.equal([ended.length, ended]);
      }),
    );

  it(
    'leaves no timer behind a socket that failed without a close and was left',
    virtually(({ scheduler }) => {
      const { net, subscription } = run(scheduler);
      net.last().failWithoutClose();
      subscription.unsubscribe();
      expect(scheduler.actions.filter(({ closed: over }) => !over)).to.have.length(0);
    }),
  );

  it('isData: knows text and bytes from all else, as a Blob', () => {
    for (const data of ['', 'a', new ArrayBuffer(1), new Uint8Array(1), Buffer.from('a')])
      expect(isData(data)).to.equal(true);
    for (const data of [undefined, null, 1, {}, [], new Blob(['a'])]) expect(isData(data)).to.equal(false);
  });

  it('platformOf: takes a class of the WHATWG shape as it is, without headers and pings', () => {
    const net = fakeNetwork();
    const platform = platformOf(net.ctor, 'x/1');
    platform.dial({ url: 'ws://x', headers: { a: 'b' } }, () => undefined);
    expect([platform.headers, platform.pings, platform.agent]).to.deep.equal([false, false, 'x/1']);
    expect([net.last().url, net.last().protocols, net.last().binaryType]).to.deep.equal([
      'ws://x',
      undefined,
      'arraybuffer',
    ]);
  });
});
