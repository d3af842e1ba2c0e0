/** Hands out texts that sort in the order in which they were asked for. */
export type Ticks = () => string;

/**
 * Milliseconds and a counter, `01726585978590-000`. Whoever asks more than a thousand times within a millisecond is
 * given the next one's, and a clock that goes back is not followed.
 */
export function ticks(now: () => number): Ticks {
  let time = 0;
  let count = 0;
  return () => {
    const present = Math.max(0, Math.floor(now()));
    if (present > time) [time, count] = [present, 0];
    else count += 1;
    if (count > 999) [time, count] = [time + 1, 0];
    return `${String(time).padStart(14, '0')}-${String(count).padStart(3, '0')}`;
  };
}

/** The serial of one message of a publish. */
export const messageSerial = (channelSerial: string, index: number): string =>
  `${channelSerial}:${String(index).padStart(3, '0')}`;

/** The serial of the publish that a message came in. */
export const channelSerialOf = (serial: string): string =>
  serial.slice(0, Math.max(0, serial.lastIndexOf(':')));
