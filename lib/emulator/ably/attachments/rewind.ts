import type { Channel } from '../channels/channel.js';
import type { Publication } from '../channels/publication.js';

interface Start {
  readonly channelSerial: string;
  readonly replay: readonly Publication[];
  readonly resumed: false;
  readonly continuityLost: false;
}

const pattern = /^([1-9]\d{0,5})([sm]?)$/;

/** True when the channel param `rewind` can be served. */
export const isRewind = (param: string): boolean => pattern.test(param);

/**
 * Starts an attachment by its param `rewind`: a number of messages ("10") or a time ("15s", "2m"); whole publishes
 * only.
 */
export function rewindStart(channel: Channel, rewind: string | undefined, now: number): Start {
  const [, digits, unit] = pattern.exec(rewind ?? '') ?? [];
  const amount = Number(digits ?? 0);
  const retained = amount > 0 ? channel.retained() : [];
  const replay = unit
    ? since(retained, now - amount * (unit === 'm' ? 60_000 : 1000))
    : last(retained, amount);
  const earlier = retained[retained.length - replay.length - 1];
  const before = earlier?.channelSerial ?? channel.floor;
  return {
    channelSerial: replay.length === 0 ? channel.head : before,
    replay,
    resumed: false,
    continuityLost: false,
  };
}

const since = (retained: readonly Publication[], time: number): readonly Publication[] =>
  retained.filter(({ timestamp }) => timestamp >= time);

function last(retained: readonly Publication[], count: number): readonly Publication[] {
  let first = retained.length;
  for (let messages = 0; first > 0 && messages < count;)
    messages += retained[(first -= 1)]?.frame.messages?.length ?? 0;
  return retained.slice(first);
}
