import { expect } from 'chai';
import { createEmulator, createRelay, inMemory, inMemoryRelay } from '../../lib/emulator/index.js';
import { virtually } from '../support/virtual-time.js';

describe('emulator: the end of a server in memory', () => {
  for (const name of ['Ably', 'relay'] as const) {
    it(
      `${name}: close() drops the sockets, refuses new ones and leaves no timer; again it does nothing`,
      virtually(({ scheduler, act }) => {
        const { webSocketCtor, close } =
          name === 'Ably' ? inMemory({ scheduler }) : inMemoryRelay({ scheduler, checkJwt: false });
        const seen: string[] = [];
        const open = (): void => {
          const socket = new webSocketCtor('ws://x/?key=app.key:secret');
          socket.onopen = () => seen.push('open');
          socket.onclose = ({ code }) => seen.push(`close ${code}`);
        };
        open();
        act('10ms a 10ms b 10ms c', {
          a: close,
          b: () => {
            close();
            open();
          },
          c: () => expect(seen).deep.equal(['open', 'close 1006', 'close 1006']),
        });
      }),
    );

    it(
      `${name}: close() ends its own sockets of a server that was given, and the server goes on`,
      virtually(({ scheduler, act }) => {
        const settings = { scheduler };
        const emulator = createEmulator(settings);
        const relay = createRelay({ ...settings, checkJwt: false });
        const memory = (): {
          readonly webSocketCtor: typeof WebSocket;
          readonly [Symbol.dispose]: () => void;
        } =>
          (name === 'Ably'
            ? inMemory({ scheduler, emulator })
            : inMemoryRelay({ scheduler, relay })) as unknown as ReturnType<typeof memory>;
        const [first, second] = [memory(), memory()];
        const served = name === 'Ably' ? emulator : relay;
        for (const { webSocketCtor } of [first, second]) new webSocketCtor('ws://x/?key=app.key:secret');
        act('10ms a 10ms b', {
          a: first[Symbol.dispose],
          b: () => {
            expect(served.connections.length).equal(1);
            emulator.dispose();
            relay.dispose();
          },
        });
      }),
    );
  }
});
