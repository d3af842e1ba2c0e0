import type { ICore } from '@walletconnect/types';

/** Gives a core another relayer than its own, before it is initialized. Left as it is, it has the vendor's. */
export type GiveRelayer = (core: Pick<ICore, 'relayer'>, relayUrl: string) => Promise<void>;

/** The SDK alone, without a socket, is the bare one. */
export const walletContestants = ['ours', 'before', 'official', 'bare'] as const;
export type WalletContestantName = (typeof walletContestants)[number];
