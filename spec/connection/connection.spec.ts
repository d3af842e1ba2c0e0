import { expect } from 'chai';
import { distinctUntilChanged, map, NEVER, of, throwError } from 'rxjs';
import type { ConnectionSettings } from '../../lib/connection/connection.js';
import type { Protocol } from '../../lib/connection/protocol.js';
import { platformOf } from '../../lib/socket/types.js';
import { fakeNetwork } from '../support/fake-socket.js';
import { type Ended, toy, toyConnection } from '../support/toy-protocol.js';
import { type Virtual, virtually } from '../support/virtual-time.js';

const names = {
  i: 'initialized',
  c: 'connecting',
  C: 'connected',
  d: 'disconnected',
  s: 'suspended',
  k: 'closing',
  K: 'closed',
  f: 'failed',
};

type Options = Partial<ConnectionSettings<string>> & { readonly protocol?: Protocol<string, string, string> };

/** A connection, and what can be done to it at a marble: lower case is the server, upper case the user. */
function build({ scheduler }: Virtual, options: Options = {}) {
  const net = fakeNetwork();
  const connection = toyConnection(net.ctor, scheduler, options);
  const { command, send } = connection;
  return {
    ...named(connection),
    net,
    sockets: () => net.dialled.map(({ url, sent }) => [url, sent]),
    deeds: {
      A: () => command({ type: 'connect' }),
      X: () => command({ type: 'close' }),
      S: () => send('frame'),
      o: () => net.last().open(),
      h: () => net.last().receive('HI'),
      n: () => net.last().receive('HI2'),
      m: () => net.last().receive('MSG'),
      w: () => net.last().receive('BAD'),
      b: () => net.last().receive('BYE'),
      r: () => net.last().receive('NO'),
      l: () => net.last().receive('OTHER'),
      f: () => net.last().fail(),
    },
  };
}

describe('connectionOf', () => {
  it(
    'leaves a server alone for as long as it asks, before any other wait',
    virtually((virtual) => {
      const { act, expectObservable, flush } = virtual;
      const { name$, deeds, net } = build(virtual);
      const refuse = (): void => {
        Object.assign(net.last(), { retryAfter: 700 });
        net.last().fail();
      };
      act('                     -A-r', { ...deeds, r: refuse });
      expectObservable(name$, ' ---------- 900ms !').toBe('ic-d 799ms c', names);
      flush();
    }),
  );

  it(
    'RTN4, RTN12a: connects, sends, closes; the peer is told before',
    virtually((virtual) => {
      const { act, expectObservable, flush } = virtual;
      const { name$, deeds, sockets, net } = build(virtual);
      act('                     -A-o-h-S--X-b--', deeds);
      expectObservable(name$, ' --------------!').toBe('ic---C----k-K', names);
      flush();
      expect(sockets()).to.deep.equal([['wss://main', ['frame', 'CLOSE']]]);
      expect(net.last().hungUp).to.not.equal(undefined);
    }),
  );

  it(
    'gives frames in the turn in which they arrived, and verdicts never',
    virtually((virtual) => {
      const { act, expectObservable } = virtual;
      const { name$, frame$, deeds } = build(virtual);
      act('                     -A-o-h-m-(mm)-b', deeds);
      expectObservable(frame$, '----------------!').toBe('-------x-(xx)', { x: 'MSG' });
      expectObservable(name$, ' ----------------!').toBe('ic---C--------K', names);
    }),
  );

  it(
    'RTN14c: an attempt that is not answered in time is given up, and its socket hung up on',
    virtually((virtual) => {
      const { act, expectObservable, flush } = virtual;
      const { name$, deeds, net } = build(virtual);
      act('-A-o', deeds);
      expectObservable(name$, '550ms !').toBe('ic 499ms d', names);
      flush();
      expect(net.dialled.map(({ hungUp }) => hungUp !== undefined)).to.deep.equal([true]);
    }),
  );

  it(
    'RTN17: gives each host the whole time to answer',
    virtually((virtual) => {
      const { act, expectObservable, flush } = virtual;
      const rules = {
        hosts: ['main', 'a'] as const,
        disconnectedRetry: () => 100,
        suspendedRetry: 1,
        stableAfter: 50,
        keepFor: 9999,
      };
      const { state$, deeds, net } = build(virtual, { rules });
      const host$ = state$.pipe(map((state) => ('attempt' in state ? state.attempt.host : '-')));
      act('-A', deeds);
      expectObservable(host$, '1005ms !').toBe('nm 499ms a 499ms n', { n: '-', m: 'main', a: 'a' });
      flush();
      expect(net.dialled.every(({ hungUp }) => hungUp !== undefined)).to.equal(true);
    }),
  );

  it(
    'RTN14d, RTN14e: waits longer from try to try, and is suspended when the outage outlives the session',
    virtually((virtual) => {
      const { act, expectObservable } = virtual;
      const rules = {
        hosts: ['main'] as const,
        disconnectedRetry: (n: number) => n * 100,
        suspendedRetry: 1000,
        stableAfter: 50,
        keepFor: 3200,
      };
      const { name$, deeds } = build(virtual, { rules });
      act('-A', deeds);
      expectObservable(name$, '4500ms !').toBe(
        'ic 499ms d 99ms c 499ms d 199ms c 499ms d 299ms c 499ms d 399ms c 499ms d 199ms s',
        names,
      );
    }),
  );

  it(
    'RTN23a: an idle connection is dropped after the promise and the time for an answer, and resumed at once',
    virtually((virtual) => {
      const { act, expectObservable, flush } = virtual;
      const { name$, deeds, sockets } = build(virtual);
      act('-A-oh 799ms m', deeds);
      expectObservable(name$, '2400ms !').toBe('ic--C 2299ms c', names);
      flush();
      expect(sockets().map(([url]) => url)).to.deep.equal(['wss://main', 'wss://main?resume=k']);
    }),
  );

  it(
    'RTN23a: anything heard keeps it, also what cannot be decoded',
    virtually((virtual) => {
      const { act, expectObservable } = virtual;
      const { name$, deeds } = build(virtual);
      act('-A-oh 1400ms m 1400ms w 1400ms m', deeds);
      expectObservable(name$, '5500ms !').toBe('ic--C', names);
    }),
  );

  it(
    'asks a silent peer for a sign of life, where the protocol knows how, and drops it sooner or later without one',
    virtually((virtual) => {
      const { act, expectObservable, flush } = virtual;
      const protocol = { ...toy(), probe: { after: 800, frame: () => 'THERE?' } };
      const { name$, deeds, sockets } = build(virtual, { protocol, idleMargin: 200 });
      act('-A-oh 850ms m', deeds);
      expectObservable(name$, '2200ms !').toBe('ic--C 2050ms c', names);
      flush();
      expect(sockets().map(([, sent]) => sent)).to.deep.equal([['THERE?', 'THERE?'], []]);
    }),
  );

  it(
    'RTN23b: a ping counts as a sign of life',
    virtually((virtual) => {
      const { act, expectObservable } = virtual;
      const net = fakeNetwork();
      let ping = (): void => undefined;
      const whatwg = platformOf(net.ctor, '');
      const platform = {
        ...whatwg,
        dial: (address: { url: string }, heard: () => void) => {
          ping = heard;
          return whatwg.dial(address, heard);
        },
      };
      const { name$, command } = named(toyConnection(net.ctor, virtual.scheduler, { platform }));
      act('-A-oh 1000ms p', {
        A: () => command({ type: 'connect' }),
        o: () => net.last().open(),
        h: () => net.last().receive('HI'),
        p: () => ping(),
      });
      expectObservable(name$, '2600ms !').toBe('ic--C 2500ms c', names);
    }),
  );

  it(
    'RTN15a: a connection lost before it held waits; one lost after it held is dialled again at once',
    virtually((virtual) => {
      const { act, expectObservable, flush } = virtual;
      const protocol = toy({ idleAfter: undefined });
      const { name$, deeds, sockets } = build(virtual, { protocol });
      //   connects, is lost, resumes at once, lost again 10 ms later: waits; resumes, holds, is lost
      act('-A-oh-f-oh 9ms f 49ms - oh 100ms f', deeds);
      expectObservable(name$, '200ms !').toBe('ic--C-c--C 9ms d 49ms c-C 100ms c', names);
      flush();
      expect(sockets()).to.have.length(4);
    }),
  );

  it(
    'RTN14g: fails when refused, and hangs up',
    virtually((virtual) => {
      const { act, expectObservable, flush } = virtual;
      const { name$, deeds, net } = build(virtual);
      act('-A-o-r', deeds);
      expectObservable(name$, '------!').toBe('ic---f', names);
      flush();
      expect(net.last().hungUp).to.not.equal(undefined);
    }),
  );

  it(
    'RTN12b: is closed when the peer never answers the farewell',
    virtually((virtual) => {
      const { act, expectObservable } = virtual;
      const { name$, deeds } = build(virtual);
      act('-A-oh-X', deeds);
      expectObservable(name$, '600ms !').toBe('ic--C-k 499ms K', names);
    }),
  );

  it(
    'RTN12f: closed while connecting, says farewell once greeted',
    virtually((virtual) => {
      const { act, expectObservable, flush } = virtual;
      const { name$, deeds, sockets } = build(virtual);
      act('-A-X-o-h-b', deeds);
      expectObservable(name$, '-----------!').toBe('ic-k-----K', names);
      flush();
      expect(sockets()).to.deep.equal([['wss://main', ['CLOSE']]]);
    }),
  );

  it(
    'RTN11b: connect() while closing takes a new socket, and what the old one says is not heard',
    virtually((virtual) => {
      const { act, expectObservable, flush } = virtual;
      const { name$, deeds, net, sockets } = build(virtual);
      act('-A-oh-X-A-B-oh', { ...deeds, B: () => net.dialled[0]!.receive('BYE') });
      expectObservable(name$, '--------------!').toBe('ic--C-k-c----C', names);
      flush();
      expect(sockets().map(([url]) => url)).to.deep.equal(['wss://main', 'wss://main']);
      expect(net.dialled[0]!.hungUp).to.not.equal(undefined);
    }),
  );

  it(
    'a frame that cannot be decoded is reported on undecoded$, and nothing else happens',
    virtually((virtual) => {
      const { act, expectObservable } = virtual;
      const { name$, frame$, undecoded$, deeds } = build(virtual);
      act('-A-oh-wmw', deeds);
      expectObservable(name$, '----------!').toBe('ic--C', names);
      expectObservable(frame$).toBe('       -------x', { x: 'MSG' });
      expectObservable(undecoded$.pipe(map((error) => (error as Error).message))).toBe('------x-x', {
        x: 'cannot be decoded',
      });
    }),
  );

  it(
    'an address that cannot be had fails the attempt, not the connection',
    virtually((virtual) => {
      const { act, expectObservable } = virtual;
      const cause = new Error('no credentials');
      let tries = 0;
      const protocol = {
        ...toy(),
        address: () => ((tries += 1) === 1 ? throwError(() => cause) : of({ url: 'wss://x' })),
      };
      const { state$, deeds } = build(virtual, { protocol });
      const seen$ = state$.pipe(
        map((state) => (state.name === 'disconnected' ? (state.outage.error as Ended).end : state.name)),
      );
      act('-A 101ms oh', deeds);
      expectObservable(seen$, '110ms !').toBe('i(cd) 96ms c--C', {
        ...names,
        d: { type: 'dial failed', cause },
      });
    }),
  );

  it(
    'RTN14c: time for the address is time of the attempt',
    virtually((virtual) => {
      const { act, expectObservable, flush } = virtual;
      const { name$, deeds, net } = build(virtual, { protocol: { ...toy(), address: () => NEVER } });
      act('-A', deeds);
      expectObservable(name$, '550ms !').toBe('ic 499ms d', names);
      flush();
      expect(net.dialled).to.have.length(0);
    }),
  );

  it(
    'a socket that cannot be made fails the attempt',
    virtually((virtual) => {
      const { act, expectObservable } = virtual;
      const platform = {
        ...platformOf(fakeNetwork().ctor, ''),
        dial: (): WebSocket => {
          throw new SyntaxError('bad url');
        },
      };
      const { name$, deeds } = build(virtual, { platform });
      act('-A', deeds);
      expectObservable(name$, '--!').toBe('i(cd)', names);
    }),
  );

  it(
    'what is sent without an open socket is gone',
    virtually((virtual) => {
      const { act, flush, expectObservable } = virtual;
      const { name$, deeds, sockets } = build(virtual);
      act('SA-S-oh-f-S-oh-S', deeds);
      expectObservable(name$, '-----------------!');
      flush();
      expect(sockets().map(([, sent]) => sent)).to.deep.equal([[], ['frame']]);
    }),
  );

  it(
    'unsubscribing leaves no socket and no timer, in whatever state',
    virtually((virtual) => {
      const { scheduler } = virtual;
      const stories: Readonly<Record<string, string>> = {
        initialized: '',
        connecting: 'A',
        connected: 'Aoh',
        'connected again': 'Aohfoh',
        disconnected: 'Aohfohf',
        closing: 'AohX',
        'closing, owing': 'AX',
        closed: 'AohXb',
        failed: 'Aor',
      };
      for (const [state, story] of Object.entries(stories)) {
        const { state$, deeds, net } = build(virtual);
        const subscription = state$.subscribe();
        for (const deed of story) deeds[deed as keyof typeof deeds]();
        subscription.unsubscribe();
        expect(
          scheduler.actions.filter(({ closed }) => !closed),
          `timers when ${state}`,
        ).to.have.length(0);
        for (const { hungUp, readyState } of net.dialled)
          expect(hungUp !== undefined || readyState === 3, `socket when ${state}`).to.equal(true);
      }
    }),
  );

  it(
    'tells what waits to leave on the open socket, and nothing of another one',
    virtually(({ scheduler }) => {
      const net = fakeNetwork();
      const { bufferedAmount, command, state$ } = toyConnection(net.ctor, scheduler);
      const running = state$.subscribe();
      expect(bufferedAmount()).to.equal(0);
      command({ type: 'connect' });
      net.last().bufferedAmount = 7;
      expect(bufferedAmount()).to.equal(0);
      net.last().open();
      expect(bufferedAmount()).to.equal(7);
      net.last().fail();
      expect(bufferedAmount()).to.equal(0);
      running.unsubscribe();
    }),
  );
});

function named(connection: ReturnType<typeof toyConnection>) {
  return {
    ...connection,
    name$: connection.state$.pipe(
      map(({ name }) => name),
      distinctUntilChanged(),
    ),
  };
}
