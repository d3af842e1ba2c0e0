import type { WireMessage } from '../../../ably/wire/frames.js';
import { demandEdit } from '../auth/demand-edit.js';
import { demandSize, inNameOf, nonEmptyList, type Publisher } from '../channels/publisher.js';
import { isEphemeral } from '../channels/publication.js';
import { refusal } from '../wire/errors.js';
import { canonicalMessage } from '../wire/payload.js';
import { EditAction, editOf } from './edit.js';
import type { AcceptedEdit } from './publish-edit.js';

/** RTL6, RSL1: checks messages to publish. Throws the ErrorInfo that refuses them. */
export function acceptMessages(
  { clientId, maxMessageSize }: Pick<Publisher, 'clientId' | 'maxMessageSize'>,
  messages: unknown,
): readonly WireMessage[] {
  const accepted = nonEmptyList(messages, 'messages').map((message) =>
    inNameOf(clientId, canonicalMessage(message)),
  );
  demandSize(accepted, maxMessageSize);
  if (accepted.length > 1 && new Set(accepted.map(isEphemeral)).size > 1)
    throw refusal(
      40000,
      400,
      'Some messages are ephemeral, others are not: publish those of each kind together.',
    );
  return accepted;
}

/** RTL32, RSL15: checks an edit of a message; `serial` is the one in the path, over HTTP. Throws an ErrorInfo. */
export function acceptEdit(
  { channel, clientId, capability, maxMessageSize }: Publisher,
  input: unknown,
  serial?: string,
): Pick<AcceptedEdit, 'edit' | 'clientId' | 'check'> {
  const edit = editOf(input, serial);
  const operator = inNameOf(clientId, edit.operation).clientId;
  const kind = edit.action === EditAction.delete ? 'delete' : 'update';
  const editor = clientId === '*' ? undefined : clientId;
  return {
    edit,
    clientId: operator,
    check: (original, after) => {
      demandEdit(capability, { channel: channel.name, kind, clientId: editor, original });
      demandSize([after], maxMessageSize);
    },
  };
}
