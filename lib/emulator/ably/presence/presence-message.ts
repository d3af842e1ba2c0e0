import type { WireMessage } from '../../../ably/wire/frames.js';
import { refusal } from '../wire/errors.js';
import { type Fields, isFields } from '../wire/fields.js';
import { stringifyData } from '../wire/json-data.js';
import { contentOf } from '../wire/payload.js';
import { PresenceAction } from './members.js';
import type { PresenceChange } from './change-presence.js';

const actions: ReadonlySet<unknown> = new Set([
  PresenceAction.enter,
  PresenceAction.leave,
  PresenceAction.update,
]);

/**
 * TP3: parses a presence message of a client; only the fields that a client may set. A LEAVE may have an object as data,
 * which others get as JSON: a guess, because the docs do not say how it is sent on. Throws 40032, 40013, and 40030, which
 * is named for messages, and a guess here.
 */
export function presenceMessageOf(input: unknown): WireMessage {
  if (!isFields(input))
    throw refusal(40030, 400, 'A presence message is an object: send { action, clientId, data }.');
  const { action } = input;
  if (!actions.has(action))
    throw refusal(40030, 400, 'The action of a presence message is 2 (enter), 3 (leave) or 4 (update).');
  const taken = action === PresenceAction.leave ? (stringifyData(input) as Fields) : input;
  const { id, clientId, data, encoding, extras } = contentOf(taken);
  return {
    action: action as number,
    ...(id !== undefined && { id }),
    ...(clientId !== undefined && { clientId }),
    ...(data !== undefined && { data }),
    ...(encoding !== undefined && { encoding }),
    ...(extras !== undefined && { extras }),
  };
}

/** RTP8i: demands a clientId. Throws 91000. */
export function requireClientId(change: WireMessage): PresenceChange {
  const { clientId } = change;
  if (clientId !== undefined) return { ...change, clientId };
  throw refusal(
    91000,
    400,
    'Presence needs a clientId: connect with one, or set it in the presence message.',
  );
}
