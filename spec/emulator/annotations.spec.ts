import { expect } from 'chai';
import { Action } from '../../lib/ably/wire/actions.js';
import { Flag } from '../../lib/ably/wire/flags.js';
import { createEmulator, type Emulator } from '../../lib/emulator/index.js';
import { connectTo, type FakeClient, steps } from './fake-client.js';
import { ask, basic, bearer } from './fake-http.js';
import type { Named } from '../support/heard.js';

const name = 'mutable:chat';

for (const format of ['json', 'msgpack']) {
  describe(`emulator: annotations, ${format}`, () => {
    let emulator: Emulator;
    let ann: FakeClient;
    let listener: FakeClient;
    let serial: string;
    const counts = new Map<FakeClient, number>();
    beforeEach(() => {
      emulator = createEmulator({ random: steps() });
      ann = connectTo(emulator, { clientId: 'ann', format });
      listener = connectTo(emulator, { format });
      listener.attach(name, { flags: Flag.subscribe | Flag.annotationSubscribe });
      serial = String(ann.publish(0, name, { data: 'a' })?.res?.[0]?.serials[0]);
      counts.set(ann, 1);
    });
    afterEach(() => {
      counts.clear();
      emulator.dispose();
    });

    const annotate = (client: FakeClient, ...annotations: object[]): Named | undefined => {
      const msgSerial = counts.get(client) ?? 0;
      counts.set(client, msgSerial + 1);
      const given = annotations.map((annotation) => ({ action: 0, messageSerial: serial, ...annotation }));
      client.send({ action: Action.annotation, channel: name, msgSerial, annotations: given });
      return client.last();
    };
    const summary = (): unknown => {
      const frames = listener.of('MESSAGE');
      return frames[frames.length - 1]?.messages?.[0]?.annotations?.summary;
    };

    it('RTAN1c, RTAN4b: acknowledges an annotation, and delivers it with ids, serials and time', () => {
      const ack = annotate(ann, { type: 'a:total.v1', name: 'x', data: 'why', extras: { a: 1 } });
      const [frame] = listener.of('ANNOTATION');
      const annotationSerial = `${frame?.channelSerial ?? ''}:000`;
      const { connectionId } = ann.frames[0] ?? {};
      expect(ack).deep.equal({
        action: 'ACK',
        msgSerial: 1,
        count: 1,
        res: [{ serials: [annotationSerial] }],
      });
      expect(frame).deep.equal({
        action: 'ANNOTATION',
        id: `${String(connectionId)}:1`,
        connectionId,
        channel: name,
        channelSerial: frame?.channelSerial,
        timestamp: frame?.timestamp,
        annotations: [
          {
            action: 0,
            id: `${String(connectionId)}:1:0`,
            connectionId,
            clientId: 'ann',
            timestamp: frame?.timestamp,
            type: 'a:total.v1',
            name: 'x',
            data: 'why',
            extras: { a: 1 },
            messageSerial: serial,
            serial: annotationSerial,
          },
        ],
      });
    });

    it('TM8a: delivers what all annotations of a message sum up to, as a message of its own', () => {
      annotate(ann, { type: 'a:total.v1' });
      const [created, summed] = listener.of('MESSAGE');
      expect(summed?.messages).deep.equal([
        {
          action: 4,
          serial,
          timestamp: created?.timestamp,
          annotations: { summary: { 'a:total.v1': { total: 1 } } },
        },
      ]);
      expect((summed?.channelSerial ?? '') > (created?.channelSerial ?? '')).equal(true);
    });

    it('gives annotations only to those with the mode ANNOTATION_SUBSCRIBE, and sums to all subscribers', () => {
      const usual = connectTo(emulator, { format });
      usual.attach(name);
      annotate(ann, { type: 'a:total.v1' });
      expect([usual.of('ANNOTATION').length, usual.of('MESSAGE').length]).deep.equal([0, 1]);
    });

    it('carries bytes between the formats', () => {
      const other = connectTo(emulator, { format: format === 'json' ? 'msgpack' : 'json' });
      other.attach(name, { flags: Flag.annotationSubscribe });
      const data =
        format === 'json' ? { data: 'AQI=', encoding: 'base64' } : { data: new Uint8Array([1, 2]) };
      annotate(ann, { type: 'a:total.v1', ...data });
      const [heard] = (other.of('ANNOTATION')[0]?.annotations ?? []) as { data?: unknown }[];
      expect(heard?.data).deep.equal(format === 'json' ? new Uint8Array([1, 2]) : 'AQI=');
    });

    it('RTL4c1: replays annotations and summaries after a resume', () => {
      const { channelSerial = '' } = listener.of('MESSAGE')[0] ?? {};
      emulator.connections[1]?.drop();
      annotate(ann, { type: 'a:total.v1' });
      const again = connectTo(emulator, { resume: listener.key(), format });
      again.attach(name, { channelSerial, flags: Flag.subscribe | Flag.annotationSubscribe });
      expect(again.frames.slice(2).map(({ action }) => action)).deep.equal(['ANNOTATION', 'MESSAGE']);
    });

    describe('TM7b: sums up', () => {
      type Deed = readonly [who: string | undefined, action: 0 | 1, more?: object];
      const cases: readonly [type: string, deeds: readonly Deed[], expected: unknown][] = [
        [
          'a:total.v1',
          [
            ['ann', 0],
            ['ann', 0],
            [undefined, 0],
          ],
          { total: 3 },
        ],
        [
          'a:total.v1',
          [
            ['ann', 0],
            ['bob', 0],
            ['bob', 1],
          ],
          { total: 1 },
        ],
        [
          'a:total.v1',
          [
            ['ann', 0],
            ['ann', 1],
            ['ann', 1],
          ],
          undefined,
        ],
        [
          'a:flag.v1',
          [
            ['ann', 0],
            ['bob', 0],
            ['ann', 0],
          ],
          { total: 2, clientIds: ['ann', 'bob'] },
        ],
        [
          'a:flag.v1',
          [
            ['ann', 0],
            ['bob', 0],
            ['ann', 1],
          ],
          { total: 1, clientIds: ['bob'] },
        ],
        [
          'a:distinct.v1',
          [
            ['ann', 0, { name: 'x' }],
            ['ann', 0, { name: 'y' }],
            ['bob', 0, { name: 'x' }],
          ],
          { x: { total: 2, clientIds: ['ann', 'bob'] }, y: { total: 1, clientIds: ['ann'] } },
        ],
        [
          'a:distinct.v1',
          [
            ['ann', 0, { name: 'x' }],
            ['ann', 0, { name: 'y' }],
            ['ann', 1, { name: 'x' }],
          ],
          { y: { total: 1, clientIds: ['ann'] } },
        ],
        [
          'a:unique.v1',
          [
            ['ann', 0, { name: 'x' }],
            ['bob', 0, { name: 'x' }],
            ['ann', 0, { name: 'y' }],
          ],
          { x: { total: 1, clientIds: ['bob'] }, y: { total: 1, clientIds: ['ann'] } },
        ],
        [
          'a:unique.v1',
          [
            ['ann', 0, { name: 'x' }],
            ['ann', 0, { name: 'y' }],
            ['ann', 1, { name: 'x' }],
          ],
          { y: { total: 1, clientIds: ['ann'] } },
        ],
        [
          'a:unique.v1',
          [
            ['ann', 0, { name: 'x' }],
            ['ann', 1, { name: 'x' }],
          ],
          undefined,
        ],
        [
          'a:multiple.v1',
          [
            ['ann', 0, { name: 'x', count: 3 }],
            ['ann', 0, { name: 'x' }],
            ['bob', 0, { name: 'x', count: 2 }],
            [undefined, 0, { name: 'x', count: 5 }],
            ['bob', 1, { name: 'x' }],
          ],
          { x: { total: 9, clientIds: { ann: 4 }, totalUnidentified: 5, totalClientIds: 1 } },
        ],
        ['comment', [['ann', 0, { data: 'hm' }]], undefined],
      ];
      for (const [type, deeds, expected] of cases) {
        it(`${type} of ${deeds.map(([name = 'anonymous', action]) => (action ? '-' : '+') + name).join(' ')}`, () => {
          const clients = new Map<string | undefined, FakeClient>([['ann', ann]]);
          const clientOf = (clientId: string | undefined): FakeClient => {
            const client = clients.get(clientId) ?? connectTo(emulator, { clientId, format });
            clients.set(clientId, client);
            return client;
          };
          for (const [who, action, more] of deeds)
            expect(annotate(clientOf(who), { type, action, ...more })?.action).equal('ACK');
          expect(summary()).deep.equal(expected === undefined ? {} : { [type]: expected });
        });
      }
    });

    const refused: readonly [string, object, number, clientId?: string][] = [
      ['without a type', {}, 40003, 'ann'],
      ['of an unknown method', { type: 'a:b.v9' }, 40003, 'ann'],
      ['without the name it needs', { type: 'a:distinct.v1' }, 40003, 'ann'],
      ['with a bad count', { type: 'a:multiple.v1', name: 'x', count: 0 }, 40003, 'ann'],
      ['of no message', { type: 'a:total.v1', messageSerial: undefined }, 40003, 'ann'],
      ['of an unknown message', { type: 'a:total.v1', messageSerial: 'none' }, 40400, 'ann'],
      ['with an unknown action', { type: 'a:total.v1', action: 2 }, 40030, 'ann'],
      ['in the name of another', { type: 'a:total.v1', clientId: 'bob' }, 40012, 'ann'],
      ['by nobody, counted by client', { type: 'a:flag.v1' }, 40161],
    ];
    for (const [title, annotation, code, clientId] of refused) {
      it(`refuses one ${title} with ${code}`, () => {
        const client = connectTo(emulator, { clientId, format });
        expect(annotate(client, annotation)?.error?.code).equal(code);
        expect(listener.of('ANNOTATION')).deep.equal([]);
      });
    }

    it('asks for the mode where modes were chosen, for the capability, and for the rule', () => {
      const type = 'a:total.v1';
      ann.attach(name, { flags: Flag.publish });
      expect(annotate(ann, { type })?.error?.code).equal(40165);
      ann.attach(name, { flags: Flag.annotationPublish });
      expect(annotate(ann, { type })?.action).equal('ACK');
      const { token } = emulator.issueToken({ capability: { '*': ['publish', 'subscribe'] } });
      const reader = connectTo(emulator, { key: undefined, accessToken: token, format });
      expect(annotate(reader, { type })?.error?.code).equal(40160);
      ann.send({
        action: Action.annotation,
        channel: 'chat',
        msgSerial: 3,
        annotations: [{ type, messageSerial: serial }],
      });
      expect(ann.last()?.error?.code).equal(93002);
      ann.send({ action: Action.annotation, channel: name, msgSerial: 4 });
      expect(ann.last()?.error?.code).equal(40030);
    });

    it('keeps the sums on the message, through its versions', () => {
      annotate(ann, { type: 'a:total.v1' });
      ann.publish(2, name, { action: 1, serial, data: 'b' });
      const frames = listener.of('MESSAGE');
      const summed = { summary: { 'a:total.v1': { total: 1 } } };
      expect(frames[frames.length - 1]?.messages?.[0]).deep.include({ data: 'b', annotations: summed });
      const [told] = ask(emulator, `/channels/${name}/messages`, { headers: basic(emulator.key) }).list;
      expect(told).deep.include({ data: 'b', annotations: summed });
    });
  });
}

describe('emulator: annotations over HTTP', () => {
  let emulator: Emulator;
  let serial: string;
  let headers: Record<string, string>;
  beforeEach(() => {
    emulator = createEmulator({ random: steps() });
    headers = { ...basic(emulator.key), 'x-ably-clientid': btoa('ann') };
    emulator.publish(name, { data: 'a' });
    serial = String(ask(emulator, `/channels/${name}/messages`, { headers }).list[0]?.['serial']);
  });
  afterEach(() => emulator.dispose());
  const path = (query = ''): string =>
    `/channels/${name}/messages/${encodeURIComponent(serial)}/annotations${query}`;
  const post = (body: object, auth = headers) => ask(emulator, path(), { headers: auth, body });

  it('RSAN1, RSAN2: publishes and deletes annotations, which reach their subscribers', () => {
    const client = connectTo(emulator);
    client.attach(name, { flags: Flag.annotationSubscribe | Flag.subscribe });
    const answers = [
      post([{ action: 0, type: 'a:flag.v1', messageSerial: serial }]),
      post([{ action: 1, type: 'a:flag.v1', messageSerial: serial }]),
    ];
    expect(answers.map(({ status }) => status)).deep.equal([201, 201]);
    expect(
      client.of('ANNOTATION').map(({ annotations }) => (annotations?.[0] as { action: number }).action),
    ).deep.equal([0, 1]);
    expect(client.of('MESSAGE').map(({ messages }) => messages?.[0]?.annotations?.summary)).deep.equal([
      { 'a:flag.v1': { total: 1, clientIds: ['ann'] } },
      {},
    ]);
  });

  it('RSAN1c4: takes an id once, and answers with the same serial', () => {
    const body = [{ id: 'mine:0', action: 0, type: 'a:total.v1' }];
    expect(post(body).json).deep.equal(post(body).json);
    expect(ask(emulator, path(), { headers }).list).length(1);
  });

  it('RSAN3: tells them in pages, oldest first', () => {
    for (const data of ['1', '2', '3']) post([{ type: 'comment', data }]);
    const { list, link } = ask(emulator, path('?limit=2'), { headers });
    expect(list.map(({ data }) => data)).deep.equal(['1', '2']);
    expect(list[0]).include({ clientId: 'ann', messageSerial: serial, type: 'comment', action: 0 });
    const [, query = ''] = /<\.\/annotations\?([^>]+)>; rel="next"/.exec(link) ?? [];
    expect(ask(emulator, path(`?${query}`), { headers }).list.map(({ data }) => data)).deep.equal(['3']);
  });

  it('asks for annotation-publish and annotation-subscribe', () => {
    const bearing = (...operations: string[]) =>
      bearer(emulator.issueToken({ capability: { '*': operations } }).token);
    expect(post([{ type: 'comment' }], bearing('publish')).code).equal(40160);
    expect(post([{ type: 'comment' }], bearing('annotation-publish')).status).equal(201);
    expect(ask(emulator, path(), { headers: bearing('history') }).code).equal(40160);
    expect(ask(emulator, path(), { headers: bearing('annotation-subscribe') }).list).length(1);
  });

  it('bounds the annotations of one message', () => {
    for (let count = 0; count < 1000; count += 1) post([{ id: `${count}:0`, type: 'comment' }]);
    expect(post([{ id: 'more:0', type: 'comment' }]).code).equal(40000);
  });
});
