import { expect } from 'chai';
import { createEmulator, type Emulator } from '../../lib/emulator/index.js';
import { connectTo } from './fake-client.js';
import { ask, basic, bearer, type Read } from './fake-http.js';

describe('emulator: publishing on behalf of a connection', () => {
  let emulator: Emulator;
  beforeEach(() => {
    emulator = createEmulator({ keys: ['app.key:secret', 'other.key:secret'] });
  });
  afterEach(() => emulator.dispose());

  const publish = (body: object, headers = basic(emulator.key)): Read =>
    ask(emulator, '/channels/chat/messages', { headers, body });

  for (const format of ['json', 'msgpack']) {
    it(`TM2h: the message is of the connection and its client, which does not hear itself without echo, ${format}`, () => {
      const [ann, echoing] = [
        connectTo(emulator, { format, clientId: 'ann', echo: 'false' }),
        connectTo(emulator, { format, clientId: 'bob' }),
      ];
      for (const client of [ann, echoing]) client.attach('chat');
      const answers = [
        publish({ data: 'of ann', connectionKey: ann.key() }),
        publish([{ data: 'of bob', connectionKey: echoing.key() }]),
        publish({ data: 'of none' }),
      ];
      expect(answers.map(({ status }) => status)).deep.equal([201, 201, 201]);
      expect(ann.data()).deep.equal(['of bob', 'of none']);
      expect(echoing.data()).deep.equal(['of ann', 'of bob', 'of none']);
      const [first] = echoing.of('MESSAGE');
      expect(first?.connectionId).equal(ann.frames[0]?.connectionId);
      expect(first?.messages?.[0]).include({ clientId: 'ann' }).not.property('connectionKey');
    });
  }

  it('TM2h: refuses the key of no connection, of another app, and of another client', () => {
    const ann = connectTo(emulator, { clientId: 'ann' });
    const elsewhere = connectTo(emulator, { key: 'other.key:secret' });
    for (const connectionKey of ['', 'never', 'gone!gone', 7, {}, elsewhere.key(), `${ann.key()}x`])
      expect(publish({ data: 'x', connectionKey })).include({ status: 400, code: 40006 });
    const asBob = bearer(emulator.issueToken({ clientId: 'bob' }).token);
    expect(publish({ data: 'x', connectionKey: ann.key() }, asBob)).include({ status: 400, code: 40006 });
    const asAnn = bearer(emulator.issueToken({ clientId: 'ann' }).token);
    expect(publish({ data: 'x', connectionKey: ann.key() }, asAnn).status).equal(201);
    expect(publish({ data: 'x', connectionKey: null }).status).equal(201);
  });

  it('TM2h: refuses a stale key: that of before a resume', () => {
    const ann = connectTo(emulator, { clientId: 'ann' });
    const resumed = connectTo(emulator, { clientId: 'ann', resume: ann.key() });
    expect(publish({ data: 'x', connectionKey: ann.key() })).include({ status: 400, code: 40006 });
    expect(publish({ data: 'x', connectionKey: resumed.key() }).status).equal(201);
  });

  it('TM2h: refuses another clientId than that of the connection, and two connections in one publish', () => {
    const [ann, bob] = [connectTo(emulator, { clientId: 'ann' }), connectTo(emulator, { clientId: 'bob' })];
    expect(publish({ data: 'x', clientId: 'bob', connectionKey: ann.key() }).code).equal(40012);
    const of = (client: typeof ann): object => ({ data: 'x', connectionKey: client.key() });
    for (const messages of [
      [of(ann), of(bob)],
      [of(ann), { data: 'x' }],
    ])
      expect(publish(messages)).include({ status: 400, code: 40030 });
  });
});
