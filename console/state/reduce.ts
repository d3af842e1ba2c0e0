import type { AdminCommand, AdminEvent, AdminState } from '../../lib/emulator/console/protocol.js';
import { cleared, type Filter, heard, paused, withFilter, withFrames } from './log.js';
import { plotsAt } from './plots.js';
import { noRates, ratesAt } from './rates.js';
import { saidOf } from './said.js';
import { type Chosen, type ConsoleState, countOf } from './state.js';
import { stormAt, stormOf } from './storm.js';

/** All that happens to the console. */
export type ConsoleEvent =
  | AdminEvent
  | { readonly type: 'opened' }
  | { readonly type: 'lost' }
  | { readonly type: 'asked'; readonly id: number; readonly command: AdminCommand }
  | { readonly type: 'chose'; readonly chosen: Partial<Chosen> }
  | { readonly type: 'filtered'; readonly filter: Partial<Filter> }
  | { readonly type: 'paused'; readonly isPaused: boolean }
  | { readonly type: 'cleared' }
  /** The plot of the last storm is no longer wanted. */
  | { readonly type: 'calmed' }
  | { readonly type: 'noted'; readonly text: string; readonly isError: boolean };

type Table = {
  readonly [K in ConsoleEvent['type']]: (
    state: ConsoleState,
    event: Extract<ConsoleEvent, { readonly type: K }>,
  ) => ConsoleState;
};

const observed = (state: ConsoleState, servers: AdminState): ConsoleState => ({
  ...state,
  servers,
  // the first state after a loss: frames are told again from here on
  log: isDeaf(state) ? heard(state.log, heardBy(state.chosen), servers.at) : state.log,
  rates: ratesAt(state.rates, servers.at, servers.ably?.connections ?? []),
  plots: plotsAt(state.plots, servers.at, servers.ably?.channels ?? []),
  storm: state.storm && stormAt(state.storm, servers.at, countOf(servers, state.storm.server)),
});

const heardBy = ({ connection }: Chosen): 'all' | { readonly connection: string } =>
  connection === undefined ? 'all' : { connection };

/** True while the log says that nothing is told, from the loss of the server on. */
function isDeaf({ log }: ConsoleState): boolean {
  const last = log.unheard.at(-1);
  return last !== undefined && last.until === undefined && last.butOf === undefined;
}

/** Frames are told no longer, or of other connections. Before the first state nothing was told, and nothing is missing. */
const heardAt = (state: ConsoleState, of: Parameters<typeof heard>[1]): ConsoleState =>
  state.servers ? { ...state, log: heard(state.log, of, state.servers.at) } : state;

const unconnected = {
  text: 'There is no connection to the emulator, so this was not done. Do it again when it is back.',
  isError: true,
};

const unanswered = {
  text: 'The emulator went away before it answered the last request: look whether that was done when it is back.',
  isError: true,
};

function lost(before: ConsoleState): ConsoleState {
  if (before.link === 'lost' && before.pending.size === 0) return before;
  const state = before.link === 'lost' ? before : heardAt(before, 'none');
  const isAsked = [...state.pending.values()].some((command) => command.do !== 'watch');
  return { ...state, link: 'lost', pending: new Map(), notice: isAsked ? unanswered : state.notice };
}

function asked(state: ConsoleState, id: number, command: AdminCommand): ConsoleState {
  if (state.link !== 'connected') return command.do === 'watch' ? state : { ...state, notice: unconnected };
  const pending = new Map(state.pending).set(id, command);
  if (command.do !== 'storm' || !state.servers) return { ...state, pending };
  const server = command.server ?? 'ably';
  return { ...state, pending, storm: stormOf(server, countOf(state.servers, server)) };
}

function answered(state: ConsoleState, id: number, error: string | undefined): ConsoleState {
  const command = state.pending.get(id);
  const pending = new Map(state.pending);
  if (!command || !pending.delete(id)) return state;
  const isRefusedStorm = error !== undefined && command.do === 'storm';
  const text = error ?? saidOf(command);
  return {
    ...state,
    pending,
    storm: isRefusedStorm ? undefined : state.storm,
    notice: text === '' ? state.notice : { text, isError: error !== undefined },
  };
}

/** The log shows the frames of the chosen connection, those that came before as well. */
function chose(before: ConsoleState, chosen: Partial<Chosen>): ConsoleState {
  const state = { ...before, chosen: { ...before.chosen, ...chosen } };
  if (!('connection' in chosen)) return state;
  const { log } = isDeaf(state) ? state : heardAt(state, heardBy(state.chosen));
  return { ...state, log: withFilter(log, { connection: chosen.connection ?? '' }) };
}

const table: Table = {
  // another server may run now, whose counters begin anew
  opened: (state) => ({ ...state, link: 'connected', rates: noRates }),
  lost,
  state: observed,
  frames: (state, { frames, leftOut }) => ({ ...state, log: withFrames(state.log, frames, leftOut) }),
  answer: (state, { id, error }) => answered(state, id, error),
  asked: (state, { id, command }) => asked(state, id, command),
  chose: (state, { chosen }) => chose(state, chosen),
  filtered: (state, { filter }) => ({ ...state, log: withFilter(state.log, filter) }),
  paused: (state, { isPaused }) => ({ ...state, log: paused(state.log, isPaused) }),
  cleared: (state) => ({ ...state, log: cleared(state.log) }),
  calmed: (state) => ({ ...state, storm: undefined }),
  noted: (state, { text, isError }) => ({ ...state, notice: { text, isError } }),
};

/** The state after an event; the same state where nothing changes. */
export const reduce = (state: ConsoleState, event: ConsoleEvent): ConsoleState =>
  (table[event.type] as (state: ConsoleState, event: ConsoleEvent) => ConsoleState)(state, event);
