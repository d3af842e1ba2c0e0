import { Action } from '../../../ably/wire/actions.js';
import { randomText } from '../../../rx/clock.js';
import { type Metrics, selectMetrics } from './metrics.js';
import type { Settings } from '../settings.js';
import type { AttachmentSender } from '../attachments/attachment-sender.js';

interface Dependencies {
  readonly name: string;
  /** The channel param `occupancy`. */
  readonly param: string;
  readonly settings: Settings;
  readonly sender: AttachmentSender;
}

/** Sends occupancy to one attachment when it differs from the last one sent. */
export function occupancySender({ name, param, settings, sender }: Dependencies): (metrics: Metrics) => void {
  let last = '';
  return (metrics) => {
    const data = JSON.stringify({ metrics: selectMetrics(metrics, param) });
    if (data === last) return;
    last = data;
    sender.send({
      action: Action.message,
      id: `${randomText(10, settings.random)}:0`,
      channel: name,
      timestamp: settings.scheduler.now(),
      messages: [{ name: '[meta]occupancy', data, encoding: 'json', action: 3 }],
    });
  };
}
