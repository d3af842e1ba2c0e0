import { sizeOfObjectMessage } from '../../../ably/objects/wire/size.js';
import type { WireObjectMessage, WireObjectOperation } from '../../../ably/wire/object-message.js';
import { demand } from '../auth/capability.js';
import { demandBytes, inNameOf, type Publisher } from '../channels/publisher.js';
import { refusal } from '../wire/errors.js';
import { isFields } from '../wire/fields.js';
import { contentOf } from '../wire/payload.js';
import { invalid, operationOf } from './operation.js';

/** An operation that has passed all checks, without the fields that the server gives to it. */
export type AcceptedOperation = Pick<WireObjectMessage, 'id' | 'clientId' | 'extras'> & {
  readonly operation: WireObjectOperation;
};

/** RTO15: checks operations to publish. Throws the ErrorInfo that refuses them all. */
export function acceptOperations(
  { channel, clientId, capability, maxMessageSize }: Publisher,
  messages: unknown,
): readonly AcceptedOperation[] {
  demand(capability, channel.name, 'object-publish');
  if (!Array.isArray(messages) || messages.length === 0) throw invalid('there is no operation in it');
  const accepted = messages.map((input: unknown) => inNameOf(clientId, messageOf(input)));
  const size = accepted.reduce((sum, message) => sum + sizeOfObjectMessage(message), 0);
  demandBytes(size, maxMessageSize); // OM3
  for (const { operation } of accepted) {
    const { objectId = '' } = operation;
    if (channel.objects.pool.get(objectId)?.tombstonedAt !== undefined) throw deleted(objectId);
  }
  return accepted;
}

function messageOf(input: unknown): AcceptedOperation {
  if (!isFields(input)) throw invalid('it is no object');
  const { id, clientId, extras } = contentOf(input);
  return {
    ...(id !== undefined && { id }),
    ...(clientId !== undefined && { clientId }),
    ...(extras !== undefined && { extras }),
    operation: operationOf(input['operation']),
  };
}

const deleted = (objectId: string): Error =>
  refusal(92002, 400, `The object ${objectId} was deleted: create another one.`);
