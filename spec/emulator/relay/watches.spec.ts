import { expect } from 'chai';
import { createRelay, type RelayEmulator, type WatchEvent } from '../../../lib/emulator/index.js';
import { virtually, type Virtual } from '../../support/virtual-time.js';
import { connectTo, type FakeRelayClient, keyOwner, topicOf } from './fake-relay-client.js';

const topic = topicOf(1);
const ann = keyOwner(new Uint8Array(32).fill(1));
const bob = keyOwner(new Uint8Array(32).fill(2));
const service = 'https://notify.example';
const webhook = 'http://127.0.0.1:9/hook';

interface Scene extends Virtual {
  readonly relay: RelayEmulator;
  readonly told: WatchEvent[];
  readonly connect: (owner: typeof ann) => FakeRelayClient;
}

const scene = (body: (scene: Scene) => void): (() => void) =>
  virtually((virtual) => {
    const relay = createRelay({ pingInterval: 0, pushTimeout: 0 });
    const told: WatchEvent[] = [];
    relay.watchEvents$.subscribe((event) => told.push(event));
    body({
      ...virtual,
      relay,
      told,
      connect: (owner) => connectTo(relay, { params: { auth: owner.jwt() } }),
    });
  });

const registration = (owner: typeof ann, claims: object = {}): object => ({
  registerAuth: owner.jwt({
    ...{ act: 'irn_watchRegister', sub: service, whu: webhook, typ: 'subscriber' },
    ...{ tag: [1100], sts: ['accepted', 'queued', 'delivered'], ...claims },
  }),
});
const statuses = (told: readonly WatchEvent[]): readonly string[] =>
  told.map(({ watch, status }) => `${watch.type} ${status}`);

describe('relay emulator: webhooks', () => {
  it(
    'irn_watchRegister answers with the did:key of the relay, and is listed until it expires',
    scene(({ relay, connect, act }) => {
      const result = connect(ann).call('irn_watchRegister', registration(bob, { exp: 60 }))?.result;
      expect((result as { readonly relayId: string }).relayId).match(/^did:key:z6Mk/);
      expect(relay.watches).deep.equal([
        {
          ...{ clientId: bob.did, type: 'subscriber', serviceUrl: service, webhookUrl: webhook },
          ...{ tags: [1100], statuses: ['accepted', 'queued', 'delivered'], expiresAt: 60_000 },
        },
      ]);
      act('59999ms a b', {
        a: () => expect(relay.watches).length(1),
        b: () => expect(relay.watches).length(0),
      });
    }),
  );

  it(
    'tells of a message that is accepted, queued and delivered, to those that watch its receiver',
    scene(({ connect, told }) => {
      connect(ann).call('irn_watchRegister', registration(bob));
      const receiver = connect(bob);
      receiver.subscribe(topic);
      connect(ann).publish(topic, 'here', { tag: 1100 });
      expect(statuses(told)).deep.equal(['subscriber accepted']);
      receiver.ack();
      receiver.ack();
      expect(statuses(told)).deep.equal(['subscriber accepted', 'subscriber delivered']);
      receiver.session.ended();
      told.length = 0;
      connect(ann).publish(topic, 'gone', { tag: 1100 });
      expect(statuses(told)).deep.equal(['subscriber accepted', 'subscriber queued']);
      connect(bob).call('irn_fetchMessages', { topic });
      expect(statuses(told).at(-1)).equal('subscriber delivered');
    }),
  );

  it(
    'tells those that watch a publisher of accepted alone, and of the tags and statuses that they asked for',
    scene(({ connect, told }) => {
      const publisher = connect(ann);
      publisher.call('irn_watchRegister', registration(ann, { typ: 'publisher' }));
      publisher.call('irn_watchRegister', registration(bob, { sts: ['queued'] }));
      connect(bob).subscribe(topic);
      publisher.publish(topic, 'a', { tag: 1100 });
      publisher.publish(topic, 'b', { tag: 1101 });
      publisher.publish(topic, 'a', { tag: 1100 });
      expect(told.map(({ watch, status, message }) => [watch.type, status, message])).deep.equal([
        ['publisher', 'accepted', 'a'],
      ]);
    }),
  );

  it(
    'signs what it tells with the key of its id',
    scene(({ connect, told }) => {
      const publisher = connect(ann);
      const answer = publisher.call('irn_watchRegister', registration(ann, { typ: 'publisher' }));
      publisher.publish(topic, 'a', { tag: 1100 });
      const { eventAuth } = JSON.parse(told[0]?.body ?? '') as { readonly eventAuth: string };
      const claims = JSON.parse(Buffer.from(eventAuth.split('.')[1] ?? '', 'base64url').toString()) as object;
      expect(claims).deep.equal({
        ...{ iss: (answer?.result as { readonly relayId: string }).relayId, iat: 0, exp: 300 },
        ...{ sub: service, aud: ann.did, act: 'irn_watchEvent', typ: 'publisher', whu: webhook },
        evt: { status: 'accepted', topic, message: 'a', publishedAt: 0, tag: 1100 },
      });
      const known = createRelay({ pingInterval: 0 });
      expect(connectTo(known, { params: { auth: eventAuth, useOnCloseEvent: 'true' } }).end).equal(undefined); // it proves it
      known.dispose();
    }),
  );

  it(
    'replaces one of the same client and the same URLs; irn_watchUnregister ends it',
    scene(({ relay, connect }) => {
      const caller = connect(ann);
      caller.call('irn_watchRegister', registration(bob));
      caller.call('irn_watchRegister', registration(bob, { tag: [7] }));
      caller.call('irn_watchRegister', registration(bob, { whu: `${webhook}/2` }));
      expect(relay.watches.map(({ tags }) => tags)).deep.equal([[7], [1100]]);
      const unregisterAuth = bob.jwt({ act: 'irn_watchUnregister', sub: service, whu: webhook });
      expect(caller.call('irn_watchUnregister', { unregisterAuth })?.result).equal(true);
      expect(relay.watches).length(1);
    }),
  );

  it(
    'takes 64 webhooks of a client, and refuses another one',
    scene(({ relay, connect }) => {
      const caller = connect(ann);
      for (let at = 0; at < 64; at += 1)
        caller.call('irn_watchRegister', registration(bob, { whu: `${webhook}/${at}` }));
      const answer = caller.call('irn_watchRegister', registration(bob, { whu: `${webhook}/64` }));
      expect(answer?.error?.message).match(/64 webhooks already/);
      expect(caller.call('irn_watchRegister', registration(bob, { whu: `${webhook}/0` }))?.error).equal(
        undefined,
      );
      expect(caller.call('irn_watchRegister', registration(ann))?.error).equal(undefined);
      expect(relay.watches).length(65);
    }),
  );

  const refused: readonly [string, object, RegExp][] = [
    ['no JWT', {}, /`registerAuth` is not a JWT/],
    ['the JWT of something else', registration(bob, { act: 'irn_watchUnregister' }), /`act` of the JWT/],
    ['another type', registration(bob, { typ: 'reader' }), /`typ` of the JWT/],
    ['no URL', registration(bob, { whu: 'nowhere' }), /`whu` of the JWT/],
    ['tags that are none', registration(bob, { tag: ['x'] }), /`tag` of the JWT/],
    ['an unknown status', registration(bob, { sts: ['read'] }), /`sts` of the JWT/],
    ['more than 30 days', registration(bob, { exp: 2_592_001 }), /30 days/],
  ];
  for (const [what, params, why] of refused)
    it(
      `refuses a registration with ${what}`,
      scene(({ relay, connect }) => {
        expect(connect(ann).call('irn_watchRegister', params)?.error?.message).match(why);
        expect(relay.watches).length(0);
      }),
    );

  it(
    'refuses a registration that its client has not signed',
    scene(({ relay, connect }) => {
      const { registerAuth } = registration(bob) as { readonly registerAuth: string };
      const [head, body] = registerAuth.split('.');
      const forged = `${head}.${body}.${ann.jwt().split('.')[2]}`;
      expect(connect(ann).call('irn_watchRegister', { registerAuth: forged })?.error?.message).match(
        /signature/,
      );
      expect(relay.watches).length(0);
    }),
  );
});
