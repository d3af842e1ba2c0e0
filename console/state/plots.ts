import type { AdminChannel } from '../../lib/emulator/console/protocol.js';

/** Seconds that a plot shows. */
export const plotted = 180;

/** Messages of each of the last seconds, the current one last. */
export interface Plot {
  /** All messages until now, which the next difference is made from. */
  readonly published: number;
  readonly seconds: readonly number[];
}

/** The plots of all channels, by `keyOf`. */
export interface Plots {
  /** The current second, since the epoch. */
  readonly second: number;
  readonly of: ReadonlyMap<string, Plot>;
}

export const noPlots: Plots = { second: 0, of: new Map() };

/** Channels of two apps may have the same name. */
export const keyOf = ({ appId, name }: AdminChannel): string => `${appId} ${name}`;

const moved = (seconds: readonly number[], by: number): readonly number[] =>
  by === 0
    ? seconds
    : [...seconds, ...Array.from({ length: Math.min(by, plotted) }, () => 0)].slice(-plotted);

function grown({ seconds, published }: Plot, now: number): Plot {
  const more = now < published ? now : now - published; // fewer than before: the server has begun anew
  if (more === 0) return { seconds, published: now };
  return { published: now, seconds: [...seconds.slice(0, -1), (seconds.at(-1) ?? 0) + more] };
}

/** Plots with what was published until `at`. Messages from before the first look are no rate. */
export function plotsAt(before: Plots, at: number, channels: readonly AdminChannel[]): Plots {
  const second = Math.floor(at / 1000);
  const by = Math.max(0, second - before.second);
  const plot = (channel: AdminChannel): Plot => {
    const then = before.of.get(keyOf(channel));
    if (then) return grown({ ...then, seconds: moved(then.seconds, by) }, channel.published);
    return grown({ seconds: [0], published: before === noPlots ? channel.published : 0 }, channel.published);
  };
  return { second, of: new Map(channels.map((channel) => [keyOf(channel), plot(channel)])) };
}

/** Messages a second, over the last five whole seconds. */
export function rateOf(plot: Plot | undefined): number {
  const whole = plot?.seconds.slice(-6, -1) ?? [];
  return whole.length === 0 ? 0 : whole.reduce((sum, count) => sum + count, 0) / whole.length;
}
