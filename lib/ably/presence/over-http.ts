import type { HttpChannel } from '../channel/port.js';
import { pagesOf, type Params, pathOf } from '../messages/history.js';
import type { Paged } from '../rest/pages.js';
import { Action } from '../wire/actions.js';
import { deciphering } from '../wire/encodings.js';
import type { WireMessage } from '../wire/frames.js';
import { type PresenceMessage, presenceOf } from '../wire/presence-message.js';

/** RSP5: reads presence messages as those of the channel are read. */
export const presenceReaderOf =
  ({ settings: { cipher }, host }: Pick<HttpChannel, 'settings' | 'host'>) =>
  (content: readonly unknown[]): readonly PresenceMessage[] => {
    const undo = cipher && deciphering(cipher);
    const { report } = host.client;
    return content
      .filter((wire): wire is WireMessage => typeof wire === 'object' && wire !== null)
      .map((wire) => presenceOf(wire, { action: Action.presence }, { index: 0, report, undo }));
  };

/** RSP3, RSP4: presence messages of a channel at a path of its presence, page by page. */
export const presencePages = (
  channel: HttpChannel,
  rest: '' | '/history',
  params: () => Params,
): Paged<PresenceMessage> =>
  pagesOf(channel, () => pathOf(channel, `/presence${rest}`, params()), presenceReaderOf(channel));
