import { channelModes, flagsOfModes, modeOf } from '../../../ably/wire/flags.js';
import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import { isOccupancy } from '../occupancy/metrics.js';
import { refusal } from '../wire/errors.js';
import { isAbsent, isFields } from '../wire/fields.js';
import { isRewind } from './rewind.js';

/** The channel params (TB2c) that the emulator serves. Unknown params and values are left out. */
export interface ChannelParams {
  readonly rewind?: string;
  readonly delta?: string;
  readonly occupancy?: string;
  /** Names of modes, with commas between them. */
  readonly modes?: string;
}

const known: Readonly<Record<keyof ChannelParams, (value: string) => boolean>> = {
  rewind: isRewind,
  delta: (value) => value === 'vcdiff' || value === 'none',
  occupancy: isOccupancy,
  modes: (value) => modesOfParam(value) !== 0,
};

/** The modes that the channel param `modes` names, as bits; unknown names count for nothing. */
export function modesOfParam(param = ''): number {
  const names = param.split(/\s*,\s*/).map(modeOf); // TR3u
  return flagsOfModes(channelModes.filter((mode) => names.includes(mode)));
}

/** RTL4k1: the params that can be served, as text. Throws 40000 when they are not an object of strings, numbers or booleans. */
export function servedParams(
  { params }: ProtocolMessage,
  ofName: Readonly<Record<string, string>>,
): ChannelParams {
  const given = { ...ofName, ...(params && checkParams(params)) };
  const served = Object.entries(known).filter(
    ([name, serves]) => Object.hasOwn(given, name) && serves(given[name] ?? ''),
  );
  return Object.fromEntries(served.map(([name]) => [name, given[name]]));
}

const scalars: ReadonlySet<string> = new Set(['string', 'number', 'boolean']);

function checkParams(params: unknown): Readonly<Record<string, string>> {
  const given = isFields(params) ? Object.entries(params).filter(([, value]) => !isAbsent(value)) : [];
  if (isFields(params) && given.every(([, value]) => scalars.has(typeof value)))
    return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
  throw refusal(
    40000,
    400,
    'The params of an ATTACH are an object of strings or numbers: give it text by name, { rewind: "1" }.',
  );
}
