import { demandSize, inNameOf, nonEmptyList, type Publisher } from '../channels/publisher.js';
import type { PresenceChange } from './change-presence.js';
import { presenceMessageOf, requireClientId } from './presence-message.js';

/** RTP8 to RTP10, RTP15: checks presence messages that enter, update or leave. Throws an ErrorInfo. */
export function acceptPresence(
  { clientId, maxMessageSize }: Pick<Publisher, 'clientId' | 'maxMessageSize'>,
  presence: unknown,
): readonly PresenceChange[] {
  const accepted = nonEmptyList(presence, 'presence messages').map((input) =>
    requireClientId(inNameOf(clientId, presenceMessageOf(input))),
  );
  demandSize(accepted, maxMessageSize); // TP5
  return accepted;
}
