import type { AdminCommand, AdminState } from '../../lib/emulator/console/protocol.js';
import { emptyLog, type Log } from './log.js';
import { noPlots, type Plots } from './plots.js';
import { noRates, type Rates } from './rates.js';
import type { Storm } from './storm.js';

/** The pages that the lists are on. */
export const tabs = ['connections', 'channels', 'relay'] as const;
export type Tab = (typeof tabs)[number];

/** The things that are shown in full. */
export interface Chosen {
  readonly tab: Tab;
  /** Id of a connection of either server, whose frames alone are watched then. */
  readonly connection: string | undefined;
  /** `keyOf` a channel. */
  readonly channel: string | undefined;
  readonly topic: string | undefined;
}

/** The outcome of the last request, or that it could not be made. */
export interface Notice {
  readonly text: string;
  readonly isError: boolean;
}

/** All that the console shows. */
export interface ConsoleState {
  readonly link: 'connecting' | 'connected' | 'lost';
  readonly servers: AdminState | undefined;
  readonly rates: Rates;
  readonly plots: Plots;
  readonly storm: Storm | undefined;
  readonly log: Log;
  readonly chosen: Chosen;
  /** Requests without an answer yet, by id. */
  readonly pending: ReadonlyMap<number, AdminCommand>;
  readonly notice: Notice | undefined;
}

export const initial: ConsoleState = {
  link: 'connecting',
  servers: undefined,
  rates: noRates,
  plots: noPlots,
  storm: undefined,
  log: emptyLog,
  chosen: { tab: 'connections', connection: undefined, channel: undefined, topic: undefined },
  pending: new Map(),
  notice: undefined,
};

/** Connections of a server that are there. */
export function countOf({ ably, relay }: AdminState, server: 'ably' | 'relay'): number {
  if (server === 'ably') return ably?.connections.length ?? 0;
  return relay?.clients.filter(({ connected }) => connected).length ?? 0;
}
