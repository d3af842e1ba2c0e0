import { once } from 'node:events';
import { expect } from 'chai';
import { filter, firstValueFrom, map, Observable, shareReplay, take, toArray } from 'rxjs';
import { WebSocket } from 'ws';
import { RealtimeClient } from '../../../lib/index.js';
import { listen, listenRelay, type ListeningEmulator } from '../../../lib/emulator/index.js';
import type { AdminCommand, AdminEvent, AdminState } from '../../../lib/emulator/console/protocol.js';
import { sayTo, statusIn, upgradeLines } from './raw-http.js';

interface Consoled {
  readonly socket: WebSocket;
  readonly events$: Observable<AdminEvent>;
  readonly states$: Observable<AdminState>;
  readonly ask: (command: AdminCommand | object) => Promise<string | undefined>;
}

describe('emulator: the console over sockets', () => {
  const ending: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ending.splice(0).reverse()) await end();
  });
  const kept = <T extends { readonly close: () => unknown }>(server: T): T => {
    ending.push(() => server.close());
    return server;
  };
  const start = async (options: Parameters<typeof listen>[0] = {}): Promise<ListeningEmulator> =>
    kept(await listen({ log: () => undefined, ...options }));

  async function consoleOf(port: number): Promise<Consoled> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/console/stream`);
    ending.push(() => socket.terminate());
    const events$ = new Observable<AdminEvent>((subscriber) => {
      socket.on('message', (data: Buffer) => subscriber.next(JSON.parse(String(data)) as AdminEvent));
    }).pipe(shareReplay({ bufferSize: 10_000, refCount: false }));
    events$.subscribe();
    await once(socket, 'open');
    let id = 0;
    return {
      ...{ socket, events$ },
      states$: events$.pipe(filter((event) => event.type === 'state')),
      ask: (command) => {
        const mine = (id += 1);
        socket.send(JSON.stringify({ id: mine, ...command }));
        return firstValueFrom(
          events$.pipe(
            filter((event) => event.type === 'answer'),
            filter((answer) => answer.id === mine),
            map(({ error }) => error),
          ),
        );
      },
    };
  }

  const get = (port: number, path: string, ...headers: string[]): Promise<string> =>
    sayTo(
      port,
      `GET ${path} HTTP/1.1`,
      ...(headers.length > 0 ? headers : ['Host: localhost']),
      'Connection: close',
    );

  it('serves its page with a strict policy, or says how to get it', async () => {
    const { port } = await start();
    expect(await get(port, '/console'))
      .match(/^HTTP\/1.1 302/)
      .match(/location: \/console\/\r/i);
    const page = await get(port, '/console/');
    if (statusIn(page) === 503) expect(page).contain('npm run build').contain('dist/console');
    else
      expect(page).contain(
        `default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ws://localhost;`,
      );
    expect(page)
      .match(/x-content-type-options: nosniff/i)
      .match(/referrer-policy: no-referrer/i);
    for (const path of [
      '/console/../package.json',
      '/console/%2e%2e/package.json',
      '/console/a/b.js',
      '/console/none.js',
    ])
      expect(statusIn(await get(port, path)), path).equal(404);
    expect(
      statusIn(await sayTo(port, 'POST /console/ HTTP/1.1', 'Host: localhost', 'Connection: close')),
    ).equal(405);
  });

  it('lets in this machine alone, even where pages of others may use the server', async () => {
    const { port } = await start({ allowedOrigins: ['*'], allowedHosts: ['*'] });
    const asked = [
      ['Host: localhost', 'Origin: https://app.example'],
      ['Host: app.example'],
      ['Host: localhost', 'Origin: null'],
    ];
    for (const headers of asked) {
      expect(statusIn(await get(port, '/console/', ...headers)), headers.join()).equal(403);
      expect(statusIn(await sayTo(port, ...upgradeLines('/console/stream', ...headers)))).equal(403);
    }
    const own = upgradeLines('/console/stream', 'Host: localhost', 'Origin: http://localhost:1');
    expect(statusIn(await sayTo(port, ...own, '', '\x88\x80aaaa'))).equal(101);
    const relay = kept(await listenRelay({ origins: ['https://app.example'], log: () => undefined }));
    expect(
      statusIn(await get(relay.port, '/console/', 'Host: localhost', 'Origin: https://app.example')),
    ).equal(403);
  });

  it('is off away from this machine, and where it is turned off', async () => {
    const open = await start({ host: '0.0.0.0' });
    const off = await get(open.port, '/console/');
    expect(off)
      .match(/^HTTP\/1.1 403/)
      .contain('--console');
    const on = await start({ host: '0.0.0.0', console: true });
    expect(statusIn(await get(on.port, '/console'))).equal(302);
    const none = await start({ console: false });
    expect(statusIn(await get(none.port, '/console/'))).equal(404);
    expect(statusIn(await sayTo(none.port, ...upgradeLines('/console/stream', 'Host: localhost')))).equal(
      404,
    );
  });

  it('shows a client, its frames and its bytes, and makes a fault that the client sees', async () => {
    const relay = kept(await listenRelay({ checkJwt: false }));
    const { port, key } = await start({ relay });
    const client = new RealtimeClient({ key, endpoint: '127.0.0.1', port, tls: false, clientId: 'ann' });
    ending.push(() => client.dispose());
    const { events$, states$, ask } = await consoleOf(port);
    expect(await ask({ do: 'watch', connections: 'all' })).equal(undefined);
    const messages: unknown[] = [];
    const leased = client.channel('chat').messages$.subscribe(({ data }) => messages.push(data));
    ending.push(() => leased.unsubscribe());
    const state = await firstValueFrom(
      states$.pipe(filter(({ ably }) => ably?.connections[0]?.channels.includes('chat') === true)),
    );
    const [connection] = state.ably?.connections ?? [];
    expect(state.relay?.url).equal(relay.url);
    expect(connection?.bytesIn).greaterThan(100);
    expect(connection).deep.include({ state: 'connected', hasToken: false, bytesWaiting: 0 });
    const heard = firstValueFrom(client.channel('chat').messages$);
    expect(await ask({ do: 'publish', channel: 'chat', data: { from: 'the console' } })).equal(undefined);
    expect((await heard).data).deep.equal({ from: 'the console' });
    const frame = await firstValueFrom(
      events$.pipe(
        filter((event) => event.type === 'frames'),
        map(({ frames }) =>
          frames.find(({ direction, frame }) => direction === 'out' && frame['action'] === 15),
        ),
        filter((found) => found !== undefined),
      ),
    );
    expect(frame.connection).equal(connection?.id);
    expect(JSON.stringify(frame.frame)).contain('the console');
    const states = firstValueFrom(
      client.connection.changes$.pipe(
        take(2),
        map(({ current }) => current),
        toArray(),
      ),
    );
    expect(await ask({ do: 'drop', connection: connection?.id })).equal(undefined);
    expect(await states).deep.equal(['connecting', 'connected']);
  });

  it('records and gives the recording to download', async () => {
    const { port, emulator } = await start();
    expect(statusIn(await get(port, '/console/recording'))).equal(404);
    const { ask, states$ } = await consoleOf(port);
    expect(await ask({ do: 'record', on: true })).equal(undefined);
    const session = emulator.connect(
      { params: new URLSearchParams({ key: emulator.key }) },
      { send: () => undefined, close: () => undefined, terminate: () => undefined },
    );
    expect(await ask({ do: 'record', on: false })).equal(undefined);
    session.ended();
    const { recording } = await firstValueFrom(
      states$.pipe(filter((state) => state.recording.frames > 0 && !state.recording.running)),
    );
    expect(recording).deep.include({ running: false, frames: 1 });
    const file = await get(port, '/console/recording');
    expect(file)
      .match(/content-disposition: attachment/i)
      .match(/x-ndjson/);
    expect(file)
      .contain('"event":"open"')
      .match(/"connectionKey":"[\w-]+![^\w]/)
      .not.contain('secret');
  });

  it('answers a bad request with an error, and goes on', async () => {
    const { port } = await start();
    const { socket, events$, ask } = await consoleOf(port);
    const first = firstValueFrom(events$.pipe(filter((event) => event.type === 'answer')));
    socket.send('{');
    expect(await first)
      .deep.include({ id: 0 })
      .property('error')
      .match(/JSON object/);
    expect(await ask({ do: 'explode' })).match(/`do` is unknown/);
    expect(await ask({ do: 'drop', connection: 'none' })).match(/connection is over/);
    expect(await ask({ do: 'storm', server: 'relay' })).match(/No relay runs/);
    expect(await ask({ do: 'storm' })).equal(undefined);
  });
});
