/** Returns texts that sort in the order of the calls. */
export type Ticks = () => string;

/**
 * Milliseconds and a counter, `01726585978590-000`. More than a thousand calls in one millisecond use the next one, and
 * a clock that goes back is not followed.
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

/** Serial of one message of a publish. */
export const messageSerial = (channelSerial: string, index: number): string =>
  `${channelSerial}:${String(index).padStart(3, '0')}`;

/** Serial of the publish that contains a message. */
export const channelSerialOf = (serial: string): string =>
  serial.slice(0, Math.max(0, serial.lastIndexOf(':')));
