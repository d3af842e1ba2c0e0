import { expect } from 'chai';
import { createRelay, type RelayEmulator, type RelayOptions } from '../../../lib/emulator/index.js';
import { virtually, type Virtual } from '../../support/virtual-time.js';
import { connectAs, type FakeRelayClient, topicOf } from './fake-relay-client.js';

const pairingTopic = topicOf(1);
const sessionTopic = topicOf(2);

interface Scene extends Virtual {
  readonly relay: RelayEmulator;
  readonly app: FakeRelayClient;
  readonly wallet: FakeRelayClient;
}

const scene = (body: (scene: Scene) => void, options: RelayOptions = {}): (() => void) =>
  virtually((virtual) => {
    const relay = createRelay({ checkJwt: false, pingInterval: 0, pushTimeout: 0, ...options });
    body({ ...virtual, relay, app: connectAs(relay, 'app'), wallet: connectAs(relay, 'wallet') });
  });

const proposal = { pairingTopic, sessionProposal: 'sealed', ttl: 300, correlationId: 1 };
const approval = {
  ...{ pairingTopic, sessionTopic, ttl: 300, correlationId: 2 },
  ...{ sessionProposalResponse: 'yes', sessionSettlementRequest: 'terms', approvedChains: ['eip155:1'] },
};
const contentOf = ({ accepted }: RelayEmulator): readonly object[] =>
  accepted.map(({ topic, message, ttl, tag, clientId }) => ({ topic, message, ttl, tag, clientId }));

describe('relay emulator: methods of a session', () => {
  it(
    'wc_proposeSession publishes the proposal with tag 1100, and subscribes the caller to the pairing topic',
    scene(({ relay, app, wallet }) => {
      expect(app.call('wc_proposeSession', proposal)?.result).equal(true);
      expect(contentOf(relay)).deep.equal([
        { topic: pairingTopic, message: 'sealed', ttl: 300, tag: 1100, clientId: 'app' },
      ]);
      wallet.subscribe(pairingTopic);
      expect(wallet.messages()).deep.equal(['sealed']);
      wallet.publish(pairingTopic, 'answer');
      expect(app.messages()).deep.equal(['answer']);
    }),
  );

  it(
    'wc_proposeSession passes the attestation on, and keeps the proposal for 300 s where no ttl is given',
    scene(({ relay, app, wallet }) => {
      const { ttl: _, ...rest } = proposal;
      app.call('wc_proposeSession', { ...rest, attestation: 'proof' });
      expect(relay.accepted[0]).include({ ttl: 300, attestation: 'proof' });
      wallet.subscribe(pairingTopic);
      expect(wallet.pushes()[0]?.params.data).include({ attestation: 'proof' });
    }),
  );

  it(
    'wc_approveSession publishes the settlement with tag 1102 and the response with 1101, and subscribes the caller to the session',
    scene(({ relay, app, wallet }) => {
      app.call('wc_proposeSession', proposal);
      expect(wallet.call('wc_approveSession', approval)?.result).equal(true);
      expect(contentOf(relay).slice(1)).deep.equal([
        { topic: sessionTopic, message: 'terms', ttl: 300, tag: 1102, clientId: 'wallet' },
        { topic: pairingTopic, message: 'yes', ttl: 300, tag: 1101, clientId: 'wallet' },
      ]);
      expect(app.messages()).deep.equal(['yes']);
      app.subscribe(sessionTopic);
      app.publish(sessionTopic, 'request');
      expect(wallet.messages()).deep.equal(['request']);
    }),
  );

  it(
    'pushes what waits on the topic once the call is answered',
    scene(({ app, wallet }) => {
      wallet.publish(pairingTopic, 'early');
      app.call('wc_proposeSession', proposal);
      expect(app.heard.map(({ method }) => method)).deep.equal([undefined, 'irn_subscription']);
    }),
  );

  const refused: readonly [string, string, object, RegExp][] = [
    ['no proposal', 'wc_proposeSession', { pairingTopic }, /`sessionProposal` is not a string/],
    ['no pairing topic', 'wc_proposeSession', { sessionProposal: 'x' }, /`pairingTopic` is not a string/],
    ['a malformed topic', 'wc_proposeSession', { ...proposal, pairingTopic: 'x' }, /topic is malformed/],
    ['a ttl too long', 'wc_proposeSession', { ...proposal, ttl: 2 ** 31 }, /ttl is above/],
    [
      'a proposal too large',
      'wc_proposeSession',
      { ...proposal, sessionProposal: 'x'.repeat(98_305) },
      /size limit exceeded/,
    ],
    ['an attestation that is none', 'wc_proposeSession', { ...proposal, attestation: 1 }, /`attestation`/],
    [
      'no settlement',
      'wc_approveSession',
      { ...approval, sessionSettlementRequest: 1 },
      /`sessionSettlement/,
    ],
    ['no response', 'wc_approveSession', { ...approval, sessionProposalResponse: null }, /`sessionProposalR/],
    [
      'a response too large',
      'wc_approveSession',
      { ...approval, sessionProposalResponse: 'x'.repeat(98_305) },
      /size limit exceeded/,
    ],
  ];
  for (const [what, method, params, why] of refused)
    it(
      `refuses ${method} with ${what}, and does nothing`,
      scene(({ relay, app }) => {
        expect(app.call(method, params)?.error?.message).match(why);
        expect(relay.accepted).deep.equal([]);
        expect(relay.clients[0]?.subscriptions.size).equal(0);
      }),
    );

  it(
    'has the faults of calls by name',
    scene(({ relay, app }) => {
      relay.faults.refuse({ code: -32000, message: 'no' }, { method: 'wc_proposeSession' });
      relay.faults.mute({ method: 'wc_approveSession' });
      expect(app.call('wc_proposeSession', proposal)?.error?.message).equal('no');
      expect(app.call('wc_approveSession', approval)).equal(undefined);
      expect(relay.accepted).length(2);
      relay.faults.failTopics([pairingTopic], { code: -32000, message: 'not there' });
      expect(app.call('wc_proposeSession', proposal)?.error?.message).equal('not there');
      expect(relay.accepted).length(2);
    }),
  );
});
