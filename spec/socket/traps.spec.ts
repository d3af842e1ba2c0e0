import type { WebSocketLike } from '../../lib/socket/types.js';
import { expect } from 'chai';
import { asyncScheduler, config, firstValueFrom, NEVER, of, Subject, toArray } from 'rxjs';
import sinon from 'sinon';
import { WebSocket as NodeWebSocket } from 'ws';
import type { Data } from '../../lib/codec/codec.js';
import { KeyedSubject } from '../../lib/rx/keyed-subject.js';
import { platform } from '../../lib/socket/platform.js';
import { type Dial, isData, type SocketEvent, throughSocket } from '../../lib/socket/socket.js';
import { fakeNetwork } from '../support/fake-socket.js';
import { loopback, type Loopback, refusedPort } from '../support/loopback.js';
import { toy, toyConnection } from '../support/toy-protocol.js';
import { virtually } from '../support/virtual-time.js';

const opened = { type: 'opened' } as const;
const closed = (code: number, reason = '') => ({ type: 'closed', code, reason }) as const;
const dialling =
  (url: string): Dial =>
  () =>
    platform.dial({ url }, () => undefined);
const isOpened = (event: SocketEvent): boolean => !isData(event) && event.type === 'opened';
/** Everything a real socket says until it is closed. */
const storyOf = (url: string): Promise<SocketEvent[]> =>
  firstValueFrom(NEVER.pipe(throughSocket(dialling(url), asyncScheduler), toArray()));

describe('traps of WebSocketSubject', () => {
  let stop: Loopback['stop'] | undefined;
  const serve = async (...connected: Parameters<typeof loopback>): Promise<Loopback> => {
    const found = await loopback(...connected);
    stop = found.stop;
    return found;
  };
  afterEach(async () => {
    await stop?.();
    stop = undefined;
  });

  describe('a late error of a cancelled socket resets the next one', () => {
    it(
      'subscribe, unsubscribe, subscribe in one tick: the second subscriber has a socket of its own',
      virtually(({ scheduler }) => {
        const net = fakeNetwork();
        const socket$ = NEVER.pipe(throughSocket(() => new net.ctor('ws://x'), scheduler));
        socket$.subscribe().unsubscribe();
        const seen: unknown[] = [];
        socket$.subscribe({ next: (event) => seen.push(event), complete: () => seen.push('|') });
        const [first, second] = net.dialled;
        first!.fail();
        second!.open();
        second!.receive('hello');
        expect(seen).to.deep.equal([opened, { data: 'hello' }]);
        expect([first!.hungUp, second!.hungUp]).to.deep.equal([{ code: undefined, reason: '' }, undefined]);
      }),
    );

    it('subscribe, unsubscribe, subscribe in one tick, with ws', async () => {
      const { url } = await serve((peer) => peer.send('hello'));
      const socket$ = NEVER.pipe(throughSocket(dialling(url), asyncScheduler));
      socket$.subscribe().unsubscribe();
      const seen = await new Promise<SocketEvent[]>((done) => {
        const events: SocketEvent[] = [];
        const second = socket$.subscribe((event) => {
          events.push(event);
          if (events.length < 2) return;
          second.unsubscribe();
          done(events);
        });
      });
      expect(seen).to.deep.equal([opened, { data: 'hello' }]);
    });
  });

  describe('every clean close is a complete', () => {
    for (const [code, reason] of [
      [1000, 'done'],
      [1011, 'broken'],
      [4001, 'go away'],
    ] as const)
      it(`a close with ${code} is one closed value, with its code and reason`, async () => {
        const { url } = await serve((peer) => peer.close(code, reason));
        expect(await storyOf(url)).to.deep.equal([opened, closed(code, reason)]);
      });

    it('a connection that is cut is one closed value, with 1006', async () => {
      const { url } = await serve((peer) => peer.terminate());
      expect(await storyOf(url)).to.deep.equal([opened, closed(1006)]);
    });
  });

  describe('what is given before the opening or after the end is sent on the next socket', () => {
    it(
      'nothing that was not sent on a socket is ever sent on a later one',
      virtually(({ scheduler }) => {
        const net = fakeNetwork();
        const outgoing = new Subject<Data>();
        const socket$ = outgoing.pipe(throughSocket(() => new net.ctor('ws://x'), scheduler));
        socket$.subscribe();
        outgoing.next('before the opening');
        net.last().open();
        outgoing.next('one');
        net.last().end();
        outgoing.next('after the end');
        socket$.subscribe();
        outgoing.next('before the second opening');
        net.last().open();
        outgoing.next('two');
        expect(net.dialled.map(({ sent }) => sent)).to.deep.equal([['one'], ['two']]);
      }),
    );

    it('nothing given before the opening reaches a real server', async () => {
      const heard = new Subject<string>();
      const { url } = await serve((peer) => peer.on('message', (data) => heard.next(String(data))));
      const outgoing = new Subject<Data>();
      const first = firstValueFrom(heard);
      const subscription = outgoing.pipe(throughSocket(dialling(url), asyncScheduler)).subscribe((event) => {
        if (isOpened(event)) outgoing.next('after');
      });
      outgoing.next('before');
      expect(await first).to.equal('after');
      subscription.unsubscribe();
    });
  });

  it(
    'next() in CLOSING is dropped in silence: it harms nothing, and nothing is sent again later',
    virtually(({ scheduler }) => {
      const net = fakeNetwork();
      const outgoing = new Subject<Data>();
      const seen: unknown[] = [];
      outgoing
        .pipe(throughSocket(() => new net.ctor('ws://x'), scheduler))
        .subscribe({ next: (event) => seen.push(event), complete: () => seen.push('|') });
      net.last().open();
      net.last().readyState = 2; // the peer has begun to close
      outgoing.next('lost');
      net.last().end(1001, 'restart');
      expect(net.last().sent).to.deep.equal([]);
      expect(seen).to.deep.equal([opened, closed(1001, 'restart'), '|']);
    }),
  );

  describe('a deserializer that throws kills the stream', () => {
    it(
      'a frame that cannot be decoded is reported, and the socket and the stream go on',
      virtually(({ scheduler }) => {
        const net = fakeNetwork();
        const { state$, frame$, undecoded$, command } = toyConnection(net.ctor, scheduler);
        const states: string[] = [];
        const frames: string[] = [];
        const errors: unknown[] = [];
        const subscription = state$.subscribe(({ name }) => states.push(name));
        frame$.subscribe((frame) => frames.push(frame));
        undecoded$.subscribe((error) => errors.push(error));
        command({ type: 'connect' });
        net.last().open();
        for (const frame of ['HI', 'BAD', 'after']) net.last().receive(frame);
        expect(states).to.deep.equal(['initialized', 'connecting', 'connected']);
        expect(frames).to.deep.equal(['after']);
        expect(errors).to.have.length(1);
        expect(errors[0]).to.be.instanceOf(SyntaxError);
        expect(net.last().hungUp).to.equal(undefined);
        subscription.unsubscribe();
      }),
    );

    it(
      'a serializer that throws tells its caller, and the connection goes on',
      virtually(({ scheduler }) => {
        const net = fakeNetwork();
        const encode = (frame: string): string => {
          if (frame === 'unsayable') throw new TypeError('cannot be encoded');
          return frame;
        };
        const { state$, command, send } = toyConnection(net.ctor, scheduler, {
          protocol: { ...toy(), encode },
        });
        const subscription = state$.subscribe();
        command({ type: 'connect' });
        net.last().open();
        net.last().receive('HI');
        expect(() => send('unsayable')).to.throw(TypeError, 'cannot be encoded');
        send('said');
        expect(net.last().sent).to.deep.equal(['said']);
        subscription.unsubscribe();
      }),
    );

    it('a subscriber that throws ends neither the stream nor the socket', () => {
      const unhandled = sinon.spy();
      config.onUnhandledError = unhandled;
      try {
        virtually(({ scheduler, flush }) => {
          const net = fakeNetwork();
          const { state$, frame$, command } = toyConnection(net.ctor, scheduler);
          const frames: string[] = [];
          const subscription = state$.subscribe();
          const oops = new Error('a mistake of the user');
          frame$.subscribe(() => {
            throw oops;
          });
          frame$.subscribe((frame) => frames.push(frame));
          command({ type: 'connect' });
          net.last().open();
          for (const frame of ['HI', 'a', 'b']) net.last().receive(frame);
          expect(frames).to.deep.equal(['a', 'b']);
          expect(net.last().hungUp).to.equal(undefined);
          subscription.unsubscribe();
          flush();
          expect(unhandled.args).to.deep.equal([[oops], [oops]]);
        })();
      } finally {
        config.onUnhandledError = null;
      }
    });
  });

  describe('failure arrives as an Event without a code', () => {
    it(
      'an error that no close follows is 1006 after a short wait',
      virtually(({ scheduler, act, expectObservable }) => {
        const net = fakeNetwork();
        act('-f', { f: () => net.last().failWithoutClose() });
        const socket$ = NEVER.pipe(throughSocket(() => new net.ctor('ws://x'), scheduler));
        expectObservable(socket$).toBe('- 250ms (c|)', { c: { ...closed(1006), unopened: true } });
      }),
    );

    it(
      'an error that a close follows is the close, once',
      virtually(({ scheduler, act, expectObservable }) => {
        const net = fakeNetwork();
        const deeds = {
          f: () => net.last().failWithoutClose(),
          c: () => net.last().end(4009, 'why'),
        };
        act('-f-c', deeds);
        const socket$ = NEVER.pipe(throughSocket(() => new net.ctor('ws://x'), scheduler));
        expectObservable(socket$).toBe('---(c|)', { c: { ...closed(4009, 'why'), unopened: true } });
      }),
    );

    it('a refused port is 1006, and the reason says so', async () => {
      const port = await refusedPort();
      const [end, ...more] = await storyOf(`ws://127.0.0.1:${port}`);
      expect(more).to.deep.equal([]);
      expect(end).to.deep.include({ type: 'closed', code: 1006 });
      expect((end as { reason: string }).reason).to.contain('ECONNREFUSED');
    });

    it('a handshake that is refused with an HTTP status is 1006, and the reason says so', async () => {
      const { url, server } = await serve();
      server.shouldHandle = () => false;
      const [end] = await storyOf(url);
      expect(end).to.deep.include({ type: 'closed', code: 1006 });
      expect((end as { reason: string }).reason).to.contain('400');
    });
  });

  it('multiplex() asks every subscriber about every message: a keyed router asks none', () => {
    const route = new KeyedSubject<string, number>();
    const told = Array.from({ length: 1000 }, (_, at) => {
      const spy = sinon.spy();
      route.of(`channel ${at}`).subscribe(spy);
      return spy;
    });
    const has = sinon.spy(Map.prototype, 'get');
    try {
      route.next('channel 500', 7);
      expect(has.callCount).to.equal(1);
    } finally {
      has.restore();
    }
    expect(told.flatMap((spy, at) => spy.args.map(([value]) => [at, value]))).to.deep.equal([[500, 7]]);
  });

  describe('no ping frames, no bufferedAmount, no headers', () => {
    it('headers are said in the handshake on Node', async () => {
      const { url, server } = await serve();
      const headers = new Promise((done) => server.once('connection', (_, request) => done(request.headers)));
      const socket = platform.dial(
        { url, headers: { 'Ably-Agent': 'x/1', Authorization: 'Basic abc' } },
        () => undefined,
      );
      const open = new Promise((done) => (socket.onopen = done));
      expect(await headers).to.deep.include({ 'ably-agent': 'x/1', authorization: 'Basic abc' });
      await open;
      socket.close();
    });

    it('a ping is heard on Node', async () => {
      const { url } = await serve((peer) => peer.ping());
      let socket: WebSocketLike | undefined;
      await new Promise<void>((heard) => (socket = platform.dial({ url }, heard)));
      socket?.close();
    });

    it('bufferedAmount can be read of the socket that was made', async () => {
      const { url } = await serve();
      const socket = platform.dial({ url }, () => undefined);
      expect(socket.bufferedAmount).to.equal(0);
      await new Promise((open) => (socket.onopen = open));
      socket.send('x'.repeat(1000));
      expect(socket.bufferedAmount).to.be.above(999);
      socket.close();
    });
  });

  describe('a retry that any first frame resets', () => {
    it(
      'an accept-then-drop server is dialled more and more slowly',
      virtually(({ scheduler, act, flush }) => {
        const net = fakeNetwork();
        const { state$, command } = toyConnection(net.ctor, scheduler);
        const at: number[] = [];
        const subscription = state$.subscribe(({ name }) => {
          if (name === 'connecting') at.push(scheduler.now());
        });
        const answer = () => {
          const socket = net.dialled.at(-1);
          if (socket?.readyState !== 0) return;
          socket.open();
          socket.receive('HI');
          socket.fail();
        };
        command({ type: 'connect' });
        act(`${'a'.repeat(1500)}x`, { a: answer, x: () => subscription.unsubscribe() });
        flush();
        expect(net.dialled).to.have.length.within(3, 8);
        const gaps = at.slice(2).map((time, index) => time - at[index + 1]!);
        expect(gaps).to.deep.equal([51, 201, 301, 401, 501].slice(0, gaps.length)); // the server takes 1 ms to drop it
      }),
    );

    it('an accept-then-drop server on the loopback is dialled three times in the first tenth of a second', async () => {
      const { url, server } = await serve((peer) => {
        peer.send('HI');
        peer.terminate();
      });
      const connection = toyConnection(NodeWebSocket as never, asyncScheduler, {
        protocol: { ...toy(), address: () => of({ url }) },
      });
      let accepted = 0;
      server.on('connection', () => (accepted += 1));
      const waited = new Promise<void>((done) => {
        let waits = 0;
        const subscription = connection.state$.subscribe(({ name }) => {
          if (name !== 'disconnected' || (waits += 1) < 2) return;
          subscription.unsubscribe();
          done();
        });
      });
      connection.command({ type: 'connect' });
      await waited;
      expect(accepted).to.equal(3); // at once after the first loss, then after 50 ms
    });
  });

  describe('timer(Infinity) fires after 1 ms', () => {
    it(
      '"no limit" schedules no timer at all',
      virtually(({ scheduler, act, flush }) => {
        const net = fakeNetwork();
        const { state$, command } = toyConnection(net.ctor, scheduler, {
          protocol: toy({ idleAfter: undefined }),
        });
        const names: string[] = [];
        const subscription = state$.subscribe(({ name }) => names.push(name));
        command({ type: 'connect' });
        act('-o-h', { o: () => net.last().open(), h: () => net.last().receive('HI') });
        flush();
        expect(names).to.deep.equal(['initialized', 'connecting', 'connected']);
        expect(scheduler.actions.filter(({ closed: over }) => !over)).to.have.length(0);
        subscription.unsubscribe();
      }),
    );

    it(
      'a limit beyond what a timer can count is not over at once',
      virtually(({ scheduler, act, flush }) => {
        const net = fakeNetwork();
        const delays: number[] = [];
        const { schedule } = scheduler;
        scheduler.schedule = function (this: typeof scheduler, work: never, delay = 0, state: never) {
          delays.push(delay);
          return schedule.call(this, work, delay, state);
        } as typeof schedule;
        const { state$, command } = toyConnection(net.ctor, scheduler, {
          protocol: toy({ idleAfter: 2 ** 40, keepFor: 2 ** 40 }),
        });
        const subscription = state$.subscribe();
        command({ type: 'connect' });
        act('-o-h-f', {
          o: () => net.last().open(),
          h: () => net.last().receive('HI'),
          f: () => {
            net.last().fail();
            subscription.unsubscribe();
          },
        });
        flush();
        expect(
          delays.every((delay) => delay <= 2 ** 31 - 1),
          String(delays),
        ).to.equal(true);
      }),
    );
  });
});
