/** A dApp and a wallet in a process of their own: make sessions, or requests, and say what each of these cost. */
import { Core } from '@walletconnect/core';
import { SignClient } from '@walletconnect/sign-client';
import type { ICore } from '@walletconnect/types';
import { heapUsed, meter, settled } from '../meter.js';
import { serve } from '../serve.js';
import type { GiveRelayer } from './contestant.js';
import type { WalletCost, WalletOrder } from './messages.js';

const name = process.argv[2] ?? '';
const { give } = (await import(`./${name}.js`)) as { give: GiveRelayer };

type Sdk = Awaited<ReturnType<typeof SignClient.init>>;

const chainId = 'eip155:1';
const asked = { chains: [chainId], methods: ['personal_sign'], events: ['chainChanged'] };
const account = `${chainId}:0xab16a96d359ec26a11e2c2b3d8f8b8942d5bfcdb`;
const namespaces = { eip155: { ...asked, accounts: [account] } };
const request = { method: 'personal_sign', params: ['0x'.padEnd(130, '0'), account] };
const signature = '0x'.padEnd(132, '1');

/** In memory. The wallet is asked at once: by default the SDK waits a second after each answer. */
async function peer(prefix: string, relayUrl: string): Promise<Sdk> {
  const core = new Core({
    ...{ relayUrl, projectId: '0123456789abcdef0123456789abcdef', customStoragePrefix: prefix },
    ...{ telemetryEnabled: false, logger: 'silent' },
  });
  core.verify.resolve = () => Promise.reject(new Error('There is no such server here.')); // it would ask a server of the vendor's
  await give(core, relayUrl);
  const metadata = { name: prefix, description: prefix, url: 'https://example.com', icons: [] };
  return SignClient.init({
    ...{ core: core as ICore, metadata, logger: 'silent' },
    signConfig: { disableRequestQueue: true },
  });
}

async function session(dapp: Sdk, wallet: Sdk): Promise<string> {
  const { uri = '', approval } = await dapp.connect({ optionalNamespaces: { eip155: asked } });
  await wallet.pair({ uri });
  return (await approval()).topic;
}

async function measured({ do: what, port, count }: WalletOrder): Promise<WalletCost> {
  const relayUrl = `ws://127.0.0.1:${port}`;
  const [dapp, wallet] = [await peer('dapp', relayUrl), await peer('wallet', relayUrl)];
  wallet.on('session_proposal', ({ id }) => void wallet.approve({ id, namespaces }));
  wallet.on('session_request', ({ id, topic }) => {
    void wallet.respond({ topic, response: { id, jsonrpc: '2.0', result: signature } });
  });
  const topic = await session(dapp, wallet);
  const once = (): Promise<unknown> =>
    what === 'sessions' ? session(dapp, wallet) : dapp.request({ topic, chainId, request });
  for (let left = Math.ceil(count / 20); left > 0; left -= 1) await once(); // warm-up
  await settled();
  const before = heapUsed();
  const stop = meter();
  for (let left = count; left > 0; left -= 1) await once();
  const { cpu, wall } = stop();
  await settled();
  const heap = heapUsed() - before;
  return { cpu: cpu / count, wall: wall / count, heap: heap / count };
}

serve(measured, name);
