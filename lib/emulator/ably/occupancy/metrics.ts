import { Flag, hasFlag } from '../../../ably/wire/flags.js';
import type { Listener } from '../channels/publication.js';

/** CHM1: occupancy of a channel. */
export interface Metrics {
  readonly connections: number;
  readonly publishers: number;
  readonly subscribers: number;
  readonly presenceConnections: number;
  readonly presenceMembers: number;
  readonly presenceSubscribers: number;
  readonly objectPublishers: number;
  readonly objectSubscribers: number;
}

const categories: ReadonlySet<string> = new Set([
  'connections',
  'publishers',
  'subscribers',
  'presenceConnections',
  'presenceMembers',
  'presenceSubscribers',
  'objectPublishers',
  'objectSubscribers',
] satisfies readonly (keyof Metrics)[]);

/** True when the channel param `occupancy` can be served: "metrics", or one of them as "metrics.publishers". */
export const isOccupancy = (param: string): boolean =>
  param === 'metrics' || (param.startsWith('metrics.') && categories.has(param.slice('metrics.'.length)));

/** The metrics that the param asks for. */
export function selectMetrics(metrics: Metrics, param: string): Partial<Metrics> {
  const category = param.slice('metrics.'.length) as keyof Metrics;
  return param === 'metrics' ? metrics : { [category]: metrics[category] };
}

/** The parts of a channel that are counted. */
interface Occupied {
  readonly subscribers: Iterable<Listener>;
  readonly members: { readonly size: number };
}

export function metricsOf({ subscribers, members }: Occupied): Metrics {
  const attachments = [...subscribers];
  const countWith = (flag: number): number => attachments.filter(({ modes }) => hasFlag(modes, flag)).length;
  return {
    connections: new Set(attachments.map(({ connectionId }) => connectionId)).size,
    publishers: countWith(Flag.publish),
    subscribers: countWith(Flag.subscribe),
    presenceConnections: countWith(Flag.presence),
    presenceMembers: members.size,
    presenceSubscribers: countWith(Flag.presenceSubscribe),
    objectPublishers: countWith(Flag.objectPublish),
    objectSubscribers: countWith(Flag.objectSubscribe),
  };
}
