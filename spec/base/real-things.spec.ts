import { expect } from 'chai';
import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { firstValueFrom, skip } from 'rxjs';
import { createClient } from '../../lib/core.js';
import { type Members, RealtimeClient } from '../../lib/index.js';
import { presence } from '../../lib/presence.js';
import { RelayClient } from '../../lib/relay/index.js';
import { realtimeTesting, relayTesting } from '../../lib/testing/index.js';
import { exposedOf } from '../support/exposed.js';
import { secret, secretsIn } from '../support/secrets.js';
import { rejectionOf } from '../support/thrown.js';

type Things = Readonly<Record<string, unknown>>;
const topic = 'a'.repeat(64);
const projectId = secret('a-project-of-mine');

/** A client of Ably that is connected and present, in every part that users hold on to, and what they are given. */
async function realtimeThings(): Promise<{ readonly things: Things; readonly members: Members }> {
  await using rt = realtimeTesting();
  const client = new RealtimeClient({ ...rt.options, clientId: 'ann', useTokenAuth: true });
  const light = createClient({ ...rt.options, clientId: 'bob', features: [presence] });
  const channel = client.channel('chat');
  const entering = firstValueFrom(channel.presence.members$.pipe(skip(1)));
  await channel.presence.enter({ mood: 'fine' });
  const members = await entering;
  light.connect();
  await light.connection.whenState('connected');
  rt.nack({ code: 40160, statusCode: 401, message: 'Not permitted.' });
  const refusal = await rejectionOf(channel.publish('a', 'b'));
  const { connection, auth, channels } = client;
  const { annotations } = channel;
  const things = { client, light, channel, connection, auth, channels, annotations, members, refusal };
  const streams = { messages: channel.messages$, states: client.connectionState$, errors: client.errors$ };
  const all = { ...things, ...streams, presence: channel.presence };
  const texts = shown(all);
  await Promise.all([client.dispose(), light.dispose()]);
  return { things: { ...all, ...texts }, members };
}

/** The same of the relay. */
async function relayThings(): Promise<Things> {
  await using rt = relayTesting();
  const client = new RelayClient({ ...rt.options, projectId });
  await client.subscribe(topic);
  const refusal = await rejectionOf(client.publish('', 'b', { ttl: 300, tag: 1 }));
  const { connection, channels } = client;
  const things = { client, connection, channels, channel: client.channel(topic), refusal };
  const texts = shown({ ...things, messages: client.messages$, errors: client.errors$ });
  await client.dispose();
  return { ...things, ...texts };
}

/** All that each of them says while it lives, a clone included, as texts under a name of their own. */
const shown = (things: Things): Things =>
  Object.fromEntries(
    Object.entries(things).map(([name, thing]) => [
      `${name}, shown`,
      [exposedOf(thing), exposedOf(cloneOf(thing))].join('\n'),
    ]),
  );
function cloneOf(thing: unknown): unknown {
  try {
    return structuredClone(thing);
  } catch (refused) {
    return refused;
  }
}

const tagsOf = (things: Things): Things =>
  Object.fromEntries(
    Object.entries(things)
      .filter(([, thing]) => typeof thing === 'object')
      .map(([name, thing]) => [name, Object.prototype.toString.call(thing).slice('[object '.length, -1)]),
  );
const secretsOf = (things: Things): readonly unknown[] =>
  Object.entries(things)
    .filter(([name]) => name.endsWith('shown'))
    .map(([name, text]) => [name, secretsIn(String(text)), String(text).length > 20]);
const nothingIn = (things: Things): readonly unknown[] =>
  Object.keys(things)
    .filter((name) => name.endsWith('shown'))
    .map((name) => [name, [], true]);

describe('what users hold on to', () => {
  let things: Things;
  let members: Members;
  let ofRelay: Things;

  before(async () => {
    ({ things, members } = await realtimeThings());
    ofRelay = await relayThings();
  });

  it('shows no key, token or project id, printed, as JSON or cloned', () => {
    expect(secretsOf(things)).to.deep.equal(nothingIn(things));
    expect(secretsOf(ofRelay)).to.deep.equal(nothingIn(ofRelay));
    expect([nothingIn(things).length, nothingIn(ofRelay).length]).to.deep.equal([13, 7]);
  });

  it('is told by Object.prototype.toString', () => {
    expect(tagsOf(things)).to.include({
      ...{ client: 'RealtimeClient', light: 'LightClient', channel: 'RealtimeChannel', auth: 'Auth' },
      ...{ connection: 'RealtimeConnection', presence: 'RealtimePresence', members: 'Members' },
      ...{ annotations: 'RealtimeAnnotations', refusal: 'Error' },
    });
    expect(tagsOf(ofRelay)).to.include({ client: 'RelayClient', channel: 'RelayChannel', refusal: 'Error' });
  });

  it('has errors that tell their message as JSON', () => {
    const told = JSON.parse(JSON.stringify({ ably: things['refusal'], relay: ofRelay['refusal'] })) as object;
    expect(told).to.have.nested.property('ably.message').that.includes('Not permitted.');
    expect(told).to.have.nested.property('ably.code', 40160);
    expect(told).to.have.nested.property('relay.message', 'A topic has to be a string that is not empty.');
  });

  it('has members that go through structuredClone and postMessage as a Map', async () => {
    const list = [...members.values()];
    expect(list.map(({ clientId, data }) => ({ clientId, data }))).to.deep.equal([
      { clientId: 'ann', data: { mood: 'fine' } },
    ]);
    expect([...structuredClone(new Map(members)).values()]).to.deep.equal(list);
    const { port1, port2 } = new MessageChannel();
    port1.postMessage(new Map(members));
    const [received] = (await once(port2, 'message')) as [Map<string, unknown>];
    port1.close();
    expect(received).to.deep.equal(new Map(members));
  });
});
