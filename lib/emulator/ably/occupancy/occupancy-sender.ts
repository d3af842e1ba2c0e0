import { Action } from '../../../ably/wire/actions.js';
import { randomText } from '../../../rx/clock.js';
import { type Metrics, selected } from './metrics.js';
import type { Settings } from '../settings.js';
import type { Receiver } from '../attachments/attachment-sender.js';

interface Facts {
  readonly name: string;
  /** The channel param `occupancy`. */
  readonly param: string;
  readonly settings: Settings;
  readonly receiver: Receiver;
}

/** Tells one attachment who is on the channel, when that is other than what it was told last. */
export function tellingOccupancy({ name, param, settings, receiver }: Facts): (metrics: Metrics) => void {
  let last = '';
  return (metrics) => {
    const data = JSON.stringify({ metrics: selected(metrics, param) });
    if (data === last) return;
    last = data;
    receiver.tell({
      action: Action.message,
      id: `${randomText(10, settings.random)}:0`,
      channel: name,
      timestamp: settings.scheduler.now(),
      messages: [{ name: '[meta]occupancy', data, encoding: 'json', action: 3 }],
    });
  };
}
