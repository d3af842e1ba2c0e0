import { Core } from '@walletconnect/core';
import { SignClient } from '@walletconnect/sign-client';
import type { ICore, SessionTypes, SignClientTypes } from '@walletconnect/types';
import type { SeedStorage } from '../../lib/relay/index.js';
import { RelayClient } from '../../lib/relay/index.js';
import { relayerOf } from '../../lib/walletconnect.js';

/** How a dApp or a wallet reaches the relay: by the relayer of its SDK, or by our client. */
export type RelayerName = 'the SDK' | 'ours';

export type Sdk = Awaited<ReturnType<typeof SignClient.init>>;

/** A dApp or a wallet, by the vendor's SDK, on a relay of ours. */
export interface SignPeer {
  readonly sdk: Sdk;
  /** Our client, where it is the relayer. */
  readonly relay: RelayClient | undefined;
  /** Without it, its heartbeat keeps the process alive. */
  readonly end: () => Promise<void>;
}

interface SignPeerOptions {
  readonly relayUrl: string;
  readonly relayer: RelayerName;
  /** Those of an earlier process, for one that goes on where it has ended. */
  readonly storage?: InstanceType<typeof Core>['storage'];
  readonly prefix?: string;
  /** Keeps subscriptions and messages, and our key. */
  readonly kept?: SeedStorage;
  /** Of our client; the SDK has its own. */
  readonly webSocketCtor?: typeof WebSocket;
}

const projectId = '0123456789abcdef0123456789abcdef';
let made = 0;

/** Removes the core that the SDK keeps under this name for all of the process. */
function forget(prefix: string): void {
  const kept = globalThis as Record<string, unknown>;
  delete kept[`_walletConnectCore_${prefix}`];
  delete kept[`_walletConnectCore_${prefix}_count`];
}

/** Lives in memory, under a name of its own: two of one name are one. */
export async function signPeer(options: SignPeerOptions): Promise<SignPeer> {
  const { relayUrl, relayer, storage, kept, webSocketCtor } = options;
  made += 1;
  const { prefix = `sign-${made}` } = options;
  forget(prefix); // as in another process
  const core = new Core({
    ...{ relayUrl, projectId, telemetryEnabled: false, logger: 'silent' },
    customStoragePrefix: prefix,
    ...(storage && { storage }),
  });
  core.verify.resolve = () => Promise.reject(new Error('There is no such server here.')); // it would ask a server of the vendor's
  const relay =
    relayer === 'ours'
      ? new RelayClient({ relayUrl, projectId, storage: kept, webSocketCtor, log: () => undefined })
      : undefined;
  if (relay)
    core.relayer = relayerOf(core, relay, { storage: kept, persistSubscriptions: kept !== undefined });
  const metadata = {
    ...{ name: `peer ${made}`, description: 'a peer', url: 'https://example.com', icons: [] },
  };
  const sdk = await SignClient.init({ core: core as ICore, metadata, logger: 'silent' });
  return {
    sdk,
    relay,
    end: async () => {
      forget(prefix);
      core.heartbeat.stop();
      await core.relayer.transportClose();
      await relay?.dispose();
    },
  };
}

const chain = 'eip155:1';
const methods = ['personal_sign'];
const events = ['chainChanged'];
export const account = `${chain}:0xab16a96d359ec26a11e2c2b3d8f8b8942d5bfcdb`;
/** As a dApp asks for it. */
export const wanted = { eip155: { chains: [chain], methods, events } };
/** As a wallet grants it. */
export const granted = { eip155: { chains: [chain], accounts: [account], methods, events } };
export const signing = { chainId: chain, request: { method: 'personal_sign', params: ['0x00', account] } };

/** Kept when the SDK has told of it once. */
export const toldOf = <E extends SignClientTypes.Event>(
  { sdk }: SignPeer,
  event: E,
): Promise<SignClientTypes.EventArguments[E]> =>
  new Promise((resolve) => {
    sdk.once(event, resolve);
  });

/** Pairs two peers by URI, or on a pairing that there is, and makes a session. */
export async function sessionOf(
  dapp: SignPeer,
  wallet: SignPeer,
  pairingTopic?: string,
): Promise<SessionTypes.Struct> {
  const proposed = toldOf(wallet, 'session_proposal');
  const { uri, approval } = await dapp.sdk.connect({
    ...{ optionalNamespaces: wanted },
    ...(pairingTopic !== undefined && { pairingTopic }),
  });
  if (uri !== undefined) await wallet.sdk.pair({ uri });
  const { id } = await proposed;
  const [session] = await Promise.all([approval(), wallet.sdk.approve({ id, namespaces: granted })]);
  return session;
}

/** Has a wallet answer each request, with the number of it. */
export function answerAll({ sdk }: SignPeer): readonly number[] {
  const ids: number[] = [];
  sdk.on('session_request', ({ id, topic }) => {
    ids.push(id);
    void sdk.respond({ topic, response: { id, jsonrpc: '2.0', result: `signed ${ids.length}` } });
  });
  return ids;
}
