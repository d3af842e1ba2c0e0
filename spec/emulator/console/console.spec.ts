import { expect } from 'chai';
import { createEmulator, createRelay } from '../../../lib/emulator/index.js';
import { createConsole } from '../../../lib/emulator/console/console.js';
import type { AdminCommand, AdminEvent } from '../../../lib/emulator/console/protocol.js';
import { readRequest } from '../../../lib/emulator/console/read-request.js';
import { virtually } from '../../support/virtual-time.js';
import { connectTo, steps } from '../fake-client.js';

describe("emulator: the console's stream", () => {
  const wrong: readonly (readonly [text: string, id: number, said: RegExp])[] = [
    ['', 0, /not a JSON object/],
    ['[]', 0, /not a JSON object/],
    ['{"do":"storm"}', 0, /no `id`/],
    ['{"id":1.5,"do":"storm"}', 0, /no `id`/],
    ['{"id":1}', 1, /`do` is unknown/],
    ['{"id":1,"do":"toString"}', 1, /`do` is unknown: use one of watch, drop/],
    ['{"id":1,"do":"drop"}', 1, /`connection` of drop is wrong: give it a text/],
    ['{"id":1,"do":"watch","connections":[1]}', 1, /a list of ids, or "all"/],
    ['{"id":1,"do":"silence","connection":"a","on":1}', 1, /`on` of silence is wrong: give it true or false/],
    ['{"id":1,"do":"delay","connection":"a","ms":-1}', 1, /`ms` of delay/],
    ['{"id":1,"do":"nack","connection":"a","count":1e9}', 1, /from 1 to 1000/],
    ['{"id":1,"do":"storm","server":"x"}', 1, /"ably" or "relay"/],
    ['{"id":1,"do":"publish","channel":"","data":1}', 1, /`channel` of publish/],
  ];
  for (const [text, id, said] of wrong) {
    it(`refuses ${text || 'an empty text'}`, () => {
      const read = readRequest(text);
      expect(read.id).equal(id);
      expect('error' in read ? read.error : 'taken').match(said);
    });
  }

  it('reads bytes in UTF-8, and refuses others', () => {
    const request = { id: 1, do: 'publish', channel: 'é' };
    const bytes = new TextEncoder().encode(JSON.stringify(request));
    expect(readRequest(bytes)).deep.equal(request);
    bytes[bytes.indexOf(0xc3)] = 0xff;
    expect(readRequest(bytes))
      .property('error')
      .match(/not a JSON object/);
  });

  it(
    'tells the state at once, twice a second and after each request, and nothing after the end',
    virtually(({ scheduler, act }) => {
      const emulator = createEmulator({ scheduler, random: steps(), maxIdleInterval: 0 });
      const relay = createRelay({ scheduler, checkJwt: false });
      const shown = createConsole(
        () => ({ ably: { url: 'http://a', emulator }, relay: { url: 'ws://r', relay } }),
        scheduler,
      );
      const told: [number, AdminEvent][] = [];
      const session = shown.connect({
        send: (text) => told.push([scheduler.now(), JSON.parse(String(text)) as AdminEvent]),
        close: () => undefined,
        terminate: () => undefined,
      });
      const ask = (command: AdminCommand): void => session.receive(JSON.stringify({ id: 7, ...command }));
      const ann = connectTo(emulator, { clientId: 'ann' });
      const [connection] = emulator.connections;
      const id = connection?.id ?? '';
      act('600ms a 99ms b 399ms c 599ms d', {
        a: () => ask({ do: 'silence', connection: id, on: true }),
        b: () => ask({ do: 'silence', connection: id, on: false }),
        c: () => ask({ do: 'nack', connection: 'gone', count: 1 }),
        d: () => session.ended(),
      });
      scheduler.flush();
      expect(told.map(([at, { type }]) => [at, type])).deep.equal([
        ...[
          [0, 'state'],
          [500, 'state'],
          [600, 'answer'],
          [600, 'state'],
          [700, 'answer'],
          [700, 'state'],
        ],
        ...[
          [1000, 'state'],
          [1100, 'answer'],
          [1100, 'state'],
          [1500, 'state'],
        ],
      ]);
      const half = told[3]?.[1];
      expect(half?.type === 'state' && half.ably?.connections[0]).deep.include({
        id,
        state: 'half-open',
        clientId: 'ann',
      });
      expect(told[7]?.[1])
        .property('error')
        .match(/connection is over/);
      ann.session.ended();
      emulator.dispose();
      relay.dispose();
    }),
  );

  it(
    'tells frames of what is watched in batches, without secrets, at most 1,000 each, and says how many it left out',
    virtually(({ scheduler, act }) => {
      const emulator = createEmulator({ scheduler, random: steps(), maxIdleInterval: 0 });
      const shown = createConsole(() => ({ ably: { url: '', emulator }, relay: undefined }), scheduler);
      const told: [number, Extract<AdminEvent, { type: 'frames' }>][] = [];
      const session = shown.connect({
        send: (text) => {
          const event = JSON.parse(String(text)) as AdminEvent;
          if (event.type === 'frames') told.push([scheduler.now(), event]);
        },
        close: () => undefined,
        terminate: () => undefined,
      });
      const [ann, bob] = [connectTo(emulator), connectTo(emulator)];
      ann.attach('chat');
      bob.attach('chat');
      const id = emulator.connections[0]?.id ?? '';
      act('a 9ms b 199ms c 199ms d', {
        a: () => session.receive(JSON.stringify({ id: 1, do: 'watch', connections: [id] })),
        b: () => {
          for (let at = 0; at < 1500; at += 1) emulator.publish('chat', { data: `${at}` });
        },
        c: () => {
          session.receive(JSON.stringify({ id: 2, do: 'watch', connections: 'all' }));
          connectTo(emulator);
        },
        d: () => session.ended(),
      });
      scheduler.flush();
      expect(told.map(([at, { frames, leftOut }]) => [at, frames.length, leftOut])).deep.equal([
        [110, 1000, 500],
        [310, 1, 0],
      ]);
      expect(told[0]?.[1].frames[0]).deep.include({
        number: 1,
        server: 'ably',
        connection: id,
        direction: 'out',
      });
      expect(told[1]?.[1].frames[0]?.number).equal(1501);
      expect(JSON.stringify(told[1])).match(/"connectionKey":"[\w-]+!…"/);
      expect(told[0]?.[1].frames[0]?.bytes).greaterThan(50);
      emulator.dispose();
    }),
  );
});
