import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import { isOccupancy } from '../occupancy/metrics.js';
import { refusal } from '../wire/errors.js';
import { isFields } from '../wire/fields.js';
import { isRewind } from './rewind.js';

/** The channel params (TB2c) that the emulator serves. Unknown params and values are left out. */
export interface ChannelParams {
  readonly rewind?: string;
  readonly delta?: string;
  readonly occupancy?: string;
}

const known: Readonly<Record<keyof ChannelParams, (value: string) => boolean>> = {
  rewind: isRewind,
  delta: (value) => value === 'vcdiff' || value === 'none',
  occupancy: isOccupancy,
};

/** RTL4k1: the params that can be served. Throws 40000 when they are not an object of strings. */
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

function checkParams(params: unknown): Readonly<Record<string, string>> {
  if (isFields(params) && Object.values(params).every((value) => typeof value === 'string'))
    return params as Readonly<Record<string, string>>;
  throw refusal(40000, 400, 'The params of an ATTACH are an object of strings.');
}
