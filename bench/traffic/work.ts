import { setTimeout as sleep } from 'node:timers/promises';
import type { Contestant } from '../contestants/contestant.js';
import { channelName, type Latency, type PaceOrder } from '../messages.js';
import { collectGarbage } from '../meter.js';
import { quantile } from '../samples.js';

const microseconds = (): number => Number(process.hrtime.bigint() / 1000n);

/** Publishes at an even pace what comes back to the same client; each message bears the time of its publish. */
export async function pace(
  contestant: Contestant,
  { messages, perSecond }: PaceOrder,
  listen: (heard: (name: string, data: string) => void) => void,
): Promise<Latency> {
  collectGarbage();
  const took: number[] = [];
  const began = microseconds();
  const done = new Promise<number>((resolve) =>
    listen((_, data) => {
      took.push(microseconds() - parseInt(data, 10));
      if (took.length === messages) resolve(microseconds() - began);
    }),
  );
  for (let sent = 0; sent < messages;) {
    const due = perSecond === 0 ? messages : ((microseconds() - began) * perSecond) / 1e6;
    for (; sent < Math.min(due, messages); sent += 1)
      void contestant.publish(channelName(0), 'greeting', `${microseconds()} `.padEnd(100, 'x'));
    if (sent < messages) await sleep(1);
  }
  const wall = await done;
  return { p50: quantile(took, 0.5), p99: quantile(took, 0.99), perSecond: (messages / wall) * 1e6 };
}
