import { expect } from 'chai';
import sinon from 'sinon';
import { listenRelay, type ListeningRelay } from '../../lib/emulator/index.js';
import { session$ } from '../../lib/walletconnect.js';
import {
  answerAll,
  granted,
  type RelayerName,
  sessionOf,
  signing,
  signPeer,
  type SignPeer,
  toldOf,
  wanted,
} from '../support/sign-client.js';

const relayers: readonly RelayerName[] = ['the SDK', 'ours'];
const reason = { code: 6000, message: 'User disconnected.' };

for (const [dappBy, walletBy] of relayers.flatMap((one) => relayers.map((other) => [one, other] as const)))
  describe(`@walletconnect/sign-client 2.21.8: the relayer of the dApp is ${dappBy}, of the wallet ${walletBy}`, () => {
    let server: ListeningRelay;
    let dapp: SignPeer;
    let wallet: SignPeer;
    const subscribed = async ({ sdk, relay }: SignPeer): Promise<readonly string[]> => {
      const id = await (relay ? relay.clientId() : sdk.core.crypto.getClientId());
      const client = server.relay.clients.find((known) => known.id === id);
      return [...(client?.subscriptions.keys() ?? [])];
    };

    beforeEach(async () => {
      sinon.spy(globalThis, 'fetch');
      server = await listenRelay();
      const peerBy = (relayer: RelayerName): Promise<SignPeer> => signPeer({ relayUrl: server.url, relayer });
      [dapp, wallet] = await Promise.all([peerBy(dappBy), peerBy(walletBy)]);
    });
    afterEach(async () => {
      await Promise.all([dapp, wallet].map((peer) => peer.end()));
      await server.close();
      const { args } = fetch as unknown as sinon.SinonSpy;
      sinon.restore();
      expect(args).to.deep.equal([]); // it would ask the vendor's servers
    });

    it('they pair by URI, and an approved proposal is a session of both', async () => {
      const { topic, acknowledged, namespaces, peer } = await sessionOf(dapp, wallet);
      expect(acknowledged).to.equal(true);
      expect(namespaces).to.deep.equal(granted);
      expect(peer.metadata.name).to.equal(wallet.sdk.metadata.name);
      expect(wallet.sdk.session.get(topic).peer.metadata.name).to.equal(dapp.sdk.metadata.name);
      for (const one of [dapp, wallet]) expect(await subscribed(one)).to.include(topic);
    });

    it('a proposal that is rejected is an error of the dApp', async () => {
      const proposed = toldOf(wallet, 'session_proposal');
      const { uri = '', approval } = await dapp.sdk.connect({ optionalNamespaces: wanted });
      const refused = approval().then(
        () => expect.fail('It was approved.'),
        (error: unknown) => error,
      );
      await wallet.sdk.pair({ uri });
      const { id } = await proposed;
      await wallet.sdk.reject({ id, reason: { code: 5000, message: 'User rejected.' } });
      expect(await refused).to.include({ code: 5000, message: 'User rejected.' });
    });

    it('requests are answered, each once and in order', async () => {
      const { topic } = await sessionOf(dapp, wallet);
      const asked = answerAll(wallet);
      expect(await dapp.sdk.request({ topic, ...signing })).to.equal('signed 1');
      expect(await dapp.sdk.request({ topic, ...signing })).to.equal('signed 2');
      expect(new Set(asked).size).to.equal(2);
    });

    it('a request that is refused is an error of the dApp', async () => {
      const { topic } = await sessionOf(dapp, wallet);
      wallet.sdk.once('session_request', ({ id }) => {
        const error = { code: 4001, message: 'No.' };
        void wallet.sdk.respond({ topic, response: { id, jsonrpc: '2.0', error } });
      });
      const refused = await dapp.sdk.request({ topic, ...signing }).catch((error: unknown) => error);
      expect(refused).to.include({ code: 4001, message: 'No.' });
    });

    it('the wallet updates and extends the session', async () => {
      const { topic } = await sessionOf(dapp, wallet);
      const more = { eip155: { ...granted.eip155, methods: ['personal_sign', 'eth_sign'] } };
      const updated = toldOf(dapp, 'session_update');
      await (await wallet.sdk.update({ topic, namespaces: more })).acknowledged();
      expect((await updated).params.namespaces).to.deep.equal(more);
      const extended = toldOf(dapp, 'session_extend');
      await (await wallet.sdk.extend({ topic })).acknowledged();
      expect((await extended).topic).to.equal(topic);
      expect(dapp.sdk.session.get(topic).namespaces).to.deep.equal(more);
    });

    it('session$ of a wallet tells of its own approve, update, extend and disconnect', async () => {
      const told: string[] = [];
      const listening = session$(wallet.sdk).subscribe((sessions) => {
        const [first] = sessions;
        told.push(
          first
            ? `${sessions.length}, ${first.namespaces['eip155']?.methods.join()}, ${first.expiry}`
            : 'none',
        );
      });
      const { topic } = await sessionOf(dapp, wallet);
      const { expiry } = wallet.sdk.session.get(topic);
      expect(told.at(-1)).to.equal(`1, personal_sign, ${expiry}`);
      const more = { eip155: { ...granted.eip155, methods: ['personal_sign', 'eth_sign'] } };
      await (await wallet.sdk.update({ topic, namespaces: more })).acknowledged();
      expect(told.at(-1)).to.equal(`1, personal_sign,eth_sign, ${expiry}`);
      await (await wallet.sdk.extend({ topic })).acknowledged();
      expect(told.at(-1)).to.equal(`1, personal_sign,eth_sign, ${wallet.sdk.session.get(topic).expiry}`);
      await wallet.sdk.disconnect({ topic, reason });
      expect(told.at(-1)).to.equal('none');
      listening.unsubscribe();
    });

    it('each pings the other, and the wallet tells an event', async () => {
      const { topic } = await sessionOf(dapp, wallet);
      for (const [one, other] of [
        [dapp, wallet],
        [wallet, dapp],
      ] as const) {
        const pinged = toldOf(other, 'session_ping');
        await one.sdk.ping({ topic });
        expect((await pinged).topic).to.equal(topic);
      }
      const told = toldOf(dapp, 'session_event');
      const event = { name: 'chainChanged', data: [1] };
      await wallet.sdk.emit({ topic, event, chainId: signing.chainId });
      expect((await told).params).to.deep.equal({ event, chainId: signing.chainId });
    });

    it('an orderly disconnect ends the session of both, and their subscriptions of it', async () => {
      const { topic } = await sessionOf(dapp, wallet);
      const deleted = toldOf(wallet, 'session_delete');
      await dapp.sdk.disconnect({ topic, reason });
      expect((await deleted).topic).to.equal(topic);
      expect([dapp, wallet].map(({ sdk }) => sdk.session.length)).to.deep.equal([0, 0]);
      for (const one of [dapp, wallet]) expect(await subscribed(one)).not.to.include(topic);
    });

    it('a pairing that expires is forgotten, and no longer subscribed to', async () => {
      const { pairingTopic } = await sessionOf(dapp, wallet);
      for (const one of [dapp, wallet]) {
        const { pairing, expirer, relayer } = one.sdk.core;
        expect(await subscribed(one)).to.include(pairingTopic);
        const expired = new Promise((resolve) => pairing.events.once('pairing_expire', resolve));
        expirer.set(pairingTopic, 1);
        expect(await expired).to.deep.equal({ topic: pairingTopic });
        expect(pairing.getPairings()).to.deep.equal([]);
        expect(relayer.subscriber.topics).not.to.include(pairingTopic);
        expect(await subscribed(one)).not.to.include(pairingTopic);
      }
    });

    it('a cut of all sockets in the middle of a request: it is answered, and asked once', async () => {
      const { topic } = await sessionOf(dapp, wallet);
      const asked: number[] = [];
      wallet.sdk.on('session_request', ({ id }) => {
        asked.push(id);
        const answer = (): void =>
          void wallet.sdk.respond({ topic, response: { id, jsonrpc: '2.0', result: 'signed' } });
        if (walletBy === 'ours') answer();
        else wallet.sdk.core.relayer.once('relayer_connect', answer); // it needs 16 s for what it sends into a lost socket
        for (const connection of server.relay.connections) connection.drop();
      });
      const before = server.relay.connections;
      expect(await dapp.sdk.request({ topic, ...signing })).to.equal('signed');
      expect(asked).to.have.length(1);
      expect(server.relay.connections).not.to.include.members([...before]);
    });

    if (dappBy === 'ours')
      it('a cut as the relay accepts a request: it is answered, and asked once', async () => {
        const { topic } = await sessionOf(dapp, wallet);
        const asked = answerAll(wallet);
        server.relay.faults.dropAfter({ method: 'irn_publish' });
        expect(await dapp.sdk.request({ topic, ...signing })).to.equal('signed 1');
        expect(asked).to.have.length(1);
      });

    it('a second session on one pairing lives beside the first', async () => {
      const first = await sessionOf(dapp, wallet);
      const second = await sessionOf(dapp, wallet, first.pairingTopic);
      expect(second.topic).not.to.equal(first.topic);
      expect(second.pairingTopic).to.equal(first.pairingTopic);
      answerAll(wallet);
      expect(await dapp.sdk.request({ topic: first.topic, ...signing })).to.equal('signed 1');
      expect(await dapp.sdk.request({ topic: second.topic, ...signing })).to.equal('signed 2');
    });
  });

describe('@walletconnect/sign-client 2.21.8 over our relayer, with what it keeps', () => {
  let server: ListeningRelay;
  const peers: SignPeer[] = [];
  const peerOf = async (options: Partial<Parameters<typeof signPeer>[0]>): Promise<SignPeer> => {
    const peer = await signPeer({ relayUrl: server.url, relayer: 'ours', ...options });
    peers.push(peer);
    return peer;
  };

  beforeEach(async () => {
    server = await listenRelay();
  });
  afterEach(async () => {
    await Promise.all(peers.splice(0).map((peer) => peer.end()));
    await server.close();
  });

  it('a wallet goes on in another process: with its subscriptions, and the request that it had not taken in', async () => {
    const texts = new Map<string, string>();
    const kept = {
      getItem: (name: string) => texts.get(name),
      setItem: (name: string, value: string) => void texts.set(name, value),
    };
    const [dapp, first] = [await peerOf({}), await peerOf({ kept })];
    const { topic } = await sessionOf(dapp, first);
    const { core } = first.sdk;
    const handed = new Promise((resolve) => {
      core.relayer.once('relayer_message', resolve);
    });
    core.crypto.decode = () => new Promise(() => undefined); // the process ends before it has read the message
    const answered = dapp.sdk.request({ topic, ...signing });
    await handed;
    await first.relay!.request('irn_fetchMessages', { topic: '00'.repeat(32) }); // comes after its acknowledgements
    await first.end();
    expect(server.relay.mailbox(await first.relay!.clientId())).to.deep.equal([]); // the relay has it no more
    expect([...texts.values()].join()).not.to.contain('personal_sign');

    const { storage, customStoragePrefix } = core;
    const second = await peerOf({ kept, storage, prefix: customStoragePrefix.slice(1) });
    const asked = answerAll(second);
    expect(await answered).to.equal('signed 1');
    expect(await dapp.sdk.request({ topic, ...signing })).to.equal('signed 2');
    expect(new Set(asked).size).to.equal(2);
  });
});
