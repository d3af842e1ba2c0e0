import { expect } from 'chai';
import type { WireMessage } from '../../lib/ably/wire/frames.js';
import { Flag, hasFlag } from '../../lib/ably/wire/flags.js';
import { type Capability, createEmulator, type Emulator } from '../../lib/emulator/index.js';
import { connectTo, type FakeClient, steps } from './fake-client.js';
import { ask, basic, bearer } from './fake-http.js';
import type { Named } from '../support/heard.js';

const [update, remove, append] = [1, 2, 5];
const name = 'mutable:chat';
const path = `/channels/${encodeURIComponent(name)}/messages`;

for (const format of ['json', 'msgpack']) {
  describe(`emulator: changes of messages, ${format}`, () => {
    let emulator: Emulator;
    let ann: FakeClient;
    let serial: string;
    beforeEach(() => {
      emulator = createEmulator({ random: steps(), maxMessageSize: 100 });
      ann = connectTo(emulator, { clientId: 'ann', format });
      ann.attach(name);
      const content = { name: 'n', data: 'first', extras: { headers: { a: 'b' } } };
      serial = String(ann.publish(0, name, content)?.res?.[0]?.serials[0]);
    });
    afterEach(() => emulator.dispose());

    const change = (msgSerial: number, message: object, client = ann): Named | undefined =>
      client.publish(msgSerial, name, { serial, ...message });
    const said = (client = ann): (WireMessage | undefined)[] =>
      client.of('MESSAGE').map(({ messages }) => messages?.[0]);
    const versionSerialOf = (ack: Named | undefined) => ack?.res?.[0]?.serials[0];

    it('RTL32d, TM2s: answers an update with the serial of the version, and delivers the given fields', () => {
      const version = { description: 'typo', metadata: { a: 'b' } };
      const ack = change(1, { action: update, data: 'second', version });
      const [first, second] = ann.of('MESSAGE');
      const versionSerial = `${second?.channelSerial ?? ''}:000`;
      expect(ack).deep.equal({
        action: 'ACK',
        msgSerial: 1,
        count: 1,
        res: [{ serials: [versionSerial] }],
      });
      expect(second?.id).equal(`${ann.frames[0]?.connectionId ?? ''}:1`);
      expect(second?.messages).deep.equal([
        {
          action: update,
          serial,
          name: 'n',
          data: 'second',
          extras: { headers: { a: 'b' } },
          clientId: 'ann',
          timestamp: first?.timestamp,
          version: { ...version, clientId: 'ann', serial: versionSerial, timestamp: second?.timestamp },
        },
      ]);
      expect(versionSerial > serial).equal(true);
    });

    it('keeps what a delete does not give, and empties what it gives empty', () => {
      change(1, { action: remove });
      change(2, { action: remove, data: '', name: 'gone' });
      expect(said().map((message) => [message?.action, message?.name, message?.data])).deep.equal([
        [0, 'n', 'first'],
        [remove, 'n', 'first'],
        [remove, 'gone', ''],
      ]);
    });

    it('delivers the appended part of an append, and the whole message to later attachments', () => {
      change(1, { action: append, data: ', second' });
      change(2, { action: append, data: ', third' });
      expect(said().map((message) => [message?.action, message?.data])).deep.equal([
        [0, 'first'],
        [append, ', second'],
        [append, ', third'],
      ]);
      const late = connectTo(emulator, { format });
      const attached = late.attach(name, { params: { rewind: '10' } });
      expect(hasFlag(attached?.flags, Flag.hasBacklog)).equal(true);
      expect(said(late).map((message) => [message?.action, message?.data])).deep.equal([
        [update, 'first, second, third'],
      ]);
    });

    it('RTL4c1: sends each missed version in full after a resume', () => {
      const { channelSerial = '' } = ann.last() ?? ann.of('MESSAGE')[0] ?? {};
      const seen = channelSerial || ann.of('MESSAGE')[0]?.channelSerial || '';
      emulator.connections[0]?.drop();
      const bob = connectTo(emulator, { format });
      change(0, { action: append, data: '+' }, bob);
      change(1, { action: append, data: '+' }, bob);
      const again = connectTo(emulator, { clientId: 'ann', resume: ann.key(), format });
      again.attach(name, { channelSerial: seen });
      expect(said(again).map((message) => [message?.action, message?.data])).deep.equal([
        [update, 'first+'],
        [update, 'first++'],
      ]);
    });

    it('appends to a version, bytes to bytes too, and refuses what cannot be joined or is too much', () => {
      change(1, {
        action: update,
        data: format === 'json' ? 'AQI=' : new Uint8Array([1, 2]),
        encoding: format === 'json' ? 'base64' : undefined,
      });
      const fragment =
        format === 'json' ? { data: 'Aw==', encoding: 'base64' } : { data: new Uint8Array([3]) };
      expect(change(2, { action: append, ...fragment })?.action).equal('ACK');
      expect(
        ask(emulator, `${path}/${encodeURIComponent(serial)}`, { headers: basic(emulator.key) }).json,
      ).include({
        data: 'AQID',
        encoding: 'base64',
      });
      expect(change(3, { action: append, data: 'text' })?.error?.code).equal(40013);
      change(4, { action: update, data: 'x'.repeat(60) });
      expect(change(5, { action: append, data: 'x'.repeat(60) })?.error?.code).equal(40009);
      change(6, { action: update, data: '{}', encoding: 'json' });
      expect(change(7, { action: append, data: '{}', encoding: 'json' })?.error?.code).equal(40013);
    });

    it('RTN19a: makes a change that is sent again once', () => {
      const ack = change(1, { action: append, data: '!' });
      emulator.connections[0]?.drop();
      const again = connectTo(emulator, { clientId: 'ann', resume: ann.key(), format });
      expect(versionSerialOf(change(1, { action: append, data: '!' }, again))).equal(versionSerialOf(ack));
      expect(
        ask(emulator, `${path}/${encodeURIComponent(serial)}`, { headers: basic(emulator.key) }).json['data'],
      ).equal('first!');
    });

    const refused: readonly [string, object, number][] = [
      ['of an unknown serial', { action: update, serial: 'none' }, 40400],
      ['of an empty serial', { action: update, serial: '' }, 40003],
      ['with a version that is no object', { action: update, version: 7 }, 40030],
      ['with metadata that is no text', { action: update, version: { metadata: { a: 1 } } }, 40030],
      ['in the name of another', { action: update, version: { clientId: 'bob' } }, 40012],
    ];
    for (const [title, message, code] of refused) {
      it(`refuses a change ${title} with ${code}`, () => {
        expect(change(1, message)?.error?.code).equal(code);
        expect(said()).length(1);
      });
    }

    it('takes a whole message back as it was delivered, with the id and clientId of its publisher', () => {
      const bob = connectTo(emulator, { clientId: 'bob', format });
      const [whole] = said();
      expect(
        change(0, { ...whole, id: 'x:0:0', action: update, data: 'by bob', version: undefined }, bob)?.action,
      ).equal('ACK');
      expect([said()[1]?.clientId, said()[1]?.version?.clientId]).deep.equal(['ann', 'bob']);
    });

    describe('capabilities', () => {
      const actor = (capability: Capability[string], clientId?: string): FakeClient => {
        const { token } = emulator.issueToken({
          capability: { '*': capability },
          ...(clientId && { clientId }),
        });
        return connectTo(emulator, { key: undefined, accessToken: token, format });
      };
      const cases: readonly [
        Capability[string],
        clientId: string | undefined,
        action: number,
        code?: number,
      ][] = [
        [['message-update-any'], 'bob', update],
        [['message-update-any'], 'bob', append],
        [['message-update-any'], undefined, update],
        [['message-update-any'], 'bob', remove, 40160],
        [['message-delete-any'], 'bob', remove],
        [['message-delete-any'], 'bob', append, 40160],
        [['message-update-own'], 'ann', append],
        [['message-update-own'], 'bob', update, 40160],
        [['message-update-own'], undefined, update, 40166],
        [['message-delete-own'], 'ann', remove],
        [['message-delete-own'], 'bob', remove, 40160],
        [['publish'], 'ann', update, 40160],
      ];
      for (const [capability, clientId, action, code] of cases) {
        it(`${capability.join()} as ${clientId ?? 'no client'} may${code ? ' not' : ''} do action ${action}`, () => {
          const ack = change(0, { action, data: 'x' }, actor(capability, clientId));
          expect(ack?.error?.code).equal(code);
        });
      }
    });
  });
}

describe('emulator: versions over HTTP', () => {
  let emulator: Emulator;
  let client: FakeClient;
  let serials: readonly string[];
  const headers = basic('app.key:secret');
  const of = (serial: string, rest = ''): string => `${path}/${encodeURIComponent(serial)}${rest}`;
  beforeEach(() => {
    emulator = createEmulator({ random: steps() });
    client = connectTo(emulator);
    client.attach(name);
    const answer = ask(emulator, path, { headers, body: [{ data: 'a' }, { data: { b: 1 } }] });
    serials = answer.json['serials'] as string[];
  });
  afterEach(() => emulator.dispose());
  const first = (): string => serials[0] ?? '';

  it('RSL11: tells one message', () => {
    const { status, json } = ask(emulator, of(serials[1] ?? ''), { headers });
    expect(status).equal(200);
    expect(json).include({ serial: serials[1], data: '{"b":1}', encoding: 'json', action: 0 });
    expect(json['id']).match(/^[\w-]{10}:0:1$/);
    expect(ask(emulator, of('none'), { headers }).code).equal(40400);
  });

  it('RSL15: changes a message, as PATCH asks for, and tells its versions (RSL14)', () => {
    const patch = (body: object) => ask(emulator, of(first()), { headers, body, method: 'PATCH' });
    const [second, third] = [
      patch({ action: update, serial: first(), data: { new: true }, version: { description: 'better' } }),
      patch({ action: remove, serial: first() }),
    ];
    expect([second.status, third.status]).deep.equal([200, 200]);
    expect(
      ask(emulator, of(first(), '/versions?limit=2'), { headers }).list.map((item) => [
        item['action'],
        item['data'],
      ]),
    ).deep.equal([
      [0, 'a'],
      [update, '{"new":true}'],
    ]);
    const backwards = ask(emulator, of(first(), '/versions?direction=backwards'), { headers }).list;
    expect(backwards.map(({ version }) => (version as { serial?: string } | undefined)?.serial)).deep.equal([
      third.json['versionSerial'],
      second.json['versionSerial'],
      undefined,
    ]);
    expect(client.of('MESSAGE').map(({ messages }) => messages?.[0]?.action)).deep.equal([0, update, remove]);
    expect(ask(emulator, of(first()), { headers }).json).include({ action: remove, data: '{"new":true}' });
    const pages: unknown[] = [];
    let next: string | undefined = of(first(), '/versions?limit=1');
    while (next) {
      const { list, link } = ask(emulator, next, { headers });
      pages.push(list.map(({ action }) => action));
      const [, query] = /<\.\/versions\?([^>]+)>; rel="next"/.exec(link) ?? [];
      next = query && of(first(), `/versions?${query}`);
    }
    expect(pages).deep.equal([[0], [update], [remove]]);
  });

  it('shows in the history the latest version, where the message was', () => {
    ask(emulator, of(first()), { headers, body: { action: update, data: 'new' }, method: 'PATCH' });
    emulator.publish(name, { data: 'later' });
    const { list } = ask(emulator, `${path}?direction=forwards`, { headers });
    expect(list.map(({ action, data }) => [action, data])).deep.equal([
      [update, 'new'],
      [0, '{"b":1}'],
      [0, 'later'],
    ]);
    expect(list[0]).include({ serial: first() });
  });

  it('refuses what the namespace, the capability or the path does not allow', () => {
    const body = { action: update, data: 'x' };
    const plain = ask(emulator, '/channels/chat/messages', { headers, body: { data: 'a' } }).json[
      'serials'
    ] as string[];
    const patch = (at: string, auth = headers) =>
      ask(emulator, at, { headers: auth, body, method: 'PATCH' }).code;
    expect(patch(`/channels/chat/messages/${plain[0] ?? ''}`)).equal(93002);
    expect(patch(of('none'))).equal(40400);
    const reader = bearer(emulator.issueToken({ capability: { '*': ['history'] } }).token);
    expect(patch(of(first()), reader)).equal(40160);
    const writer = bearer(emulator.issueToken({ capability: { '*': ['publish'] } }).token);
    expect(ask(emulator, of(first()), { headers: writer }).code).equal(40160);
    expect(ask(emulator, of(first(), '/versions'), { headers: writer }).code).equal(40160);
    expect(ask(emulator, of(first()), { headers, body }).status).equal(405);
    expect(ask(emulator, of(first(), '/other'), { headers }).status).equal(404);
    expect(ask(emulator, `/channels/unused/messages/${first()}`, { headers }).status).equal(404);
  });

  it('bounds the versions it keeps of one message', () => {
    for (let count = 0; count < 1100; count += 1)
      client.publish(count, name, { action: append, serial: first(), data: '.' });
    const { list } = ask(emulator, of(first(), '/versions?limit=1000'), { headers });
    expect([list.length, list[0]?.['data'], String(list[999]?.['data']).length]).deep.equal([
      1000,
      'a',
      1101,
    ]);
  });
});
