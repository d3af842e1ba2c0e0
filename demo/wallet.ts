import { Core } from '@walletconnect/core';
import { SignClient } from '@walletconnect/sign-client';
import type { ICore } from '@walletconnect/types';
import { filter, firstValueFrom, timeout } from 'rxjs';
import { listenRelay } from '../lib/emulator/index.js';
import { RelayClient } from '../lib/relay/index.js';
import { pings$, proposals$, relayerOf, requests$, session$ } from '../lib/walletconnect.js';

/**
 * A dApp and a wallet, both by the SDK of WalletConnect over our relay client: pairing by URI, approval, a signed request, a
 * cut of all sockets in the middle of another, a session ping, an update, an orderly disconnect. Ends with code 0 only if all
 * of it came about, and each request was asked once.
 */
const patience = 15_000;
const say = (who: string, what: string): void => {
  console.log(`${who.padEnd(7)} ${what}`);
};

const server = await listenRelay();
say('relay', `listens on ${server.url}`);

/** A SignClient whose relayer is our client, in memory. */
async function peerNamed(name: string) {
  const core = new Core({ customStoragePrefix: name, telemetryEnabled: false, logger: 'silent' });
  const relay = new RelayClient({ relayUrl: server.url, reconnectDelay: 300, log: () => undefined });
  relay.connection.changes$.subscribe(({ current }) => {
    say(name, `is ${current}`);
  });
  core.relayer = relayerOf(core, relay);
  core.verify.resolve = () => Promise.reject(new Error('The demo asks no server of the vendor.'));
  const metadata = { name, description: `the ${name} of a demo`, url: 'https://example.com', icons: [] };
  const client = await SignClient.init({ core: core as ICore, metadata, logger: 'silent' });
  const end = async (): Promise<void> => {
    core.heartbeat.stop();
    await relay.dispose();
  };
  return { client, end };
}

const [dapp, wallet] = [await peerNamed('dApp'), await peerNamed('wallet')];
const chainId = 'eip155:1';
const account = `${chainId}:0xab16a96d359ec26a11e2c2b3d8f8b8942d5bfcdb`;
const asked = { chains: [chainId], methods: ['personal_sign'], events: ['chainChanged'] };
const granted = { eip155: { ...asked, accounts: [account] } };
const requests: number[] = [];

proposals$(wallet.client).subscribe(({ params, approve }) => {
  say('wallet', `"${params.proposer.metadata.name}" proposes a session; approves it`);
  void approve(granted);
});
requests$(wallet.client).subscribe(({ id, params, respond }) => {
  const { method, params: arguments_ } = params.request;
  requests.push(id);
  say('wallet', `is asked for ${method} of ${String((arguments_ as readonly string[])[0])}`);
  if (requests.length === 2) {
    say('relay', 'cuts all sockets');
    for (const connection of server.relay.connections) connection.drop();
  }
  void respond(`signature ${requests.length}`);
});
pings$(wallet.client).subscribe(() => {
  say('wallet', 'is pinged');
});
session$(dapp.client).subscribe((sessions) => {
  const methods = sessions.map(({ namespaces }) => namespaces['eip155']?.methods.join(' and '));
  say('dApp', methods.length === 0 ? 'has no session' : `has a session for ${methods.join()}`);
});

const sign = async (topic: string, text: string): Promise<string> => {
  const request = { method: 'personal_sign', params: [text, account] };
  const signature = await dapp.client.request<string>({ topic, chainId, request });
  say('dApp', `has ${signature}`);
  return signature;
};

async function run(): Promise<boolean> {
  const { uri = '', approval } = await dapp.client.connect({ optionalNamespaces: { eip155: asked } });
  say('dApp', `shows ${uri.slice(0, 30)}…`);
  await wallet.client.pair({ uri });
  const { topic } = await approval();
  const signatures = [await sign(topic, '0x01'), await sign(topic, '0x02, over a cut')];
  await dapp.client.ping({ topic });
  const more = { eip155: { ...granted.eip155, methods: ['personal_sign', 'eth_sign'] } };
  const update = await wallet.client.update({ topic, namespaces: more });
  await update.acknowledged();
  const isOver = firstValueFrom(
    session$(wallet.client).pipe(
      filter((sessions) => sessions.length === 0),
      timeout(patience),
    ),
  );
  await dapp.client.disconnect({ topic, reason: { code: 6000, message: 'User disconnected.' } });
  await isOver;
  say('wallet', 'has no session');
  return signatures.join() === 'signature 1,signature 2' && new Set(requests).size === 2;
}

const isDone = await run().finally(async () => {
  await Promise.all([dapp, wallet].map((peer) => peer.end()));
  await server.close();
});
say('demo', isDone ? 'done' : 'something was missing');
process.exitCode = isDone ? 0 : 1;
