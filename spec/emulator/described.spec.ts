import { inspect } from 'node:util';
import { expect } from 'chai';
import { firstValueFrom } from 'rxjs';
import { RealtimeClient } from '../../lib/index.js';
import {
  createEmulator,
  createRelay,
  inMemory,
  inMemoryRelay,
  listen,
  listenRelay,
} from '../../lib/emulator/index.js';
import { connectTo } from './fake-client.js';
import { ask } from './fake-http.js';
import { secretsIn } from '../support/secrets.js';

describe('emulators, printed and made JSON of', () => {
  const key = 'app.key:kept-to-itself';
  const project = '0123456789abcdef0123456789abcdef';

  const texts = (value: unknown): readonly string[] => [
    inspect(value, { depth: Infinity, showHidden: true }),
    inspect({ inside: [value] }, { depth: Infinity }),
    JSON.stringify(value),
  ];
  const expectNoSecret = (value: unknown): void => {
    for (const text of texts(value)) {
      expect(text).not.contain('kept-to-itself').not.contain(project).not.contain('app.key');
      expect(secretsIn(text)).deep.equal([]);
    }
  };

  it('an emulator and its connections show who is connected, and no key or token', () => {
    const emulator = createEmulator({ keys: [key] });
    const { token } = emulator.issueToken({ clientId: 'ann' });
    const ann = connectTo(emulator, { key: undefined, accessToken: token });
    ann.attach('chat');
    const [connection] = emulator.connections;
    connection?.received$.subscribe();
    for (const value of [
      emulator,
      connection,
      connection?.received$,
      connection?.sent$,
      emulator.presence('chat'),
    ])
      expectNoSecret(value);
    const shown = { id: connection?.id, clientId: 'ann', channels: ['chat'] };
    expect(JSON.parse(JSON.stringify(emulator))).deep.equal({ refusing: false, connections: [shown] });
    expect(inspect(connection)).match(
      /^EmulatedConnection \{ id: '[\w-]+', clientId: 'ann', channels: \[ 'chat' \] \}$/,
    );
    emulator.dispose();
  });

  it('requests to the auth server show no credentials, and hold them', () => {
    const emulator = createEmulator({ keys: [key] });
    const headers = { authorization: `Basic ${btoa(key)}`, 'x-mine': 'yes' };
    ask(emulator, `/auth?clientId=ann&access_token=kept-to-itself&key=${key}`, { headers });
    const [request] = emulator.authRequests;
    expectNoSecret(request);
    expect(inspect(request)).contain("clientId: 'ann'").contain("'x-mine': 'yes'");
    expect([request?.headers['authorization'], request?.params['key']]).deep.equal([
      headers.authorization,
      key,
    ]);
    expect(Object.keys(request ?? {})).deep.equal(['method', 'params', 'form', 'headers']);
    emulator.dispose();
  });

  it('servers in memory, their clients and their sockets show none', async () => {
    const memory = inMemory({ keys: [key] });
    const client = new RealtimeClient({ key, webSocketCtor: memory.webSocketCtor });
    client.connect();
    await firstValueFrom(client.connection.whenState('connected'));
    const socket = new memory.webSocketCtor(`ws://anywhere/?key=${key}&v=6`);
    for (const value of [memory, socket, memory.emulator.connections[0]]) expectNoSecret(value);
    expect(inspect(memory)).match(/^InMemory \{/);
    await client.dispose();
    memory.close();
  });

  it('servers on sockets show their address', async () => {
    const [ably, relay] = [await listen({ keys: [key] }), await listenRelay({ projects: [project] })];
    for (const value of [ably, relay]) expectNoSecret(value);
    expect(inspect(ably)).contain(ably.url);
    expect(inspect(relay)).contain(relay.url);
    await Promise.all([ably.close(), relay.close()]);
  });

  it('a relay and its connections show no project and no JWT', () => {
    const relay = createRelay({ projects: [project], checkJwt: false });
    const params = new URLSearchParams({
      projectId: project,
      clientId: 'ann',
      auth: 'eyJhbGciOi.kept-to-itself',
    });
    relay.connect({ params }, { send: () => undefined, close: () => undefined, terminate: () => undefined });
    const [connection] = relay.connections;
    for (const value of [relay, connection]) expectNoSecret(value);
    expect(inspect(connection)).contain('EmulatedRelayConnection');
    const memory = inMemoryRelay({ relay });
    expectNoSecret(memory);
    memory.close();
    relay.dispose();
  });
});
