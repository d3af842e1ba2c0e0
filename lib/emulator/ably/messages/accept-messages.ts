import type { WireMessage } from '../../../ably/wire/frames.js';
import { type Capability, demand } from '../auth/capability.js';
import { demandChange } from '../auth/demand-edit.js';
import { annotationOf, demandIdentity, type WireAnnotation } from '../annotations/annotation.js';
import type { Channel } from '../channels/channel.js';
import type { AcceptedMutation } from './publish-edit.js';
import { MessageChange, mutationOf } from './edit.js';
import { refusal } from '../wire/errors.js';
import { canonical, sizeOf } from '../wire/payload.js';
import type { PresenceChange } from '../presence/change-presence.js';
import { identified, presenceOf } from '../presence/presence-message.js';

/** Who wants to say something, where, and within which limits. */
export interface Speaker {
  readonly channel: Channel;
  /** Somebody, `*` for anybody, or undefined for nobody. */
  readonly clientId: string | undefined;
  readonly capability: Capability;
  readonly maxMessageSize: number;
}

/** RTL6, RSL1: messages to publish. Throws what is wrong with them. */
export function acceptedMessages(
  { clientId, maxMessageSize }: Pick<Speaker, 'clientId' | 'maxMessageSize'>,
  messages: unknown,
): readonly WireMessage[] {
  const accepted = listOf(messages, 'messages').map((message) => claimed(canonical(message), clientId));
  demandSize(accepted, maxMessageSize);
  return accepted;
}

/** RTL32, RSL15: a change to a message; `serial` is the one in the path, where there is one. Throws. */
export function acceptedMutation(
  { channel, clientId, capability, maxMessageSize }: Speaker,
  input: unknown,
  serial?: string,
): Pick<AcceptedMutation, 'mutation' | 'clientId' | 'check'> {
  const mutation = mutationOf(input, serial);
  const operator = claimed(mutation.operation, clientId).clientId;
  const kind = mutation.action === MessageChange.delete ? 'delete' : 'update';
  return {
    mutation,
    clientId: operator,
    check: (original, after) => {
      demandChange(capability, { channel: channel.name, kind, clientId: nameOf(clientId), original });
      demandSize([after], maxMessageSize);
    },
  };
}

/** RTAN1, RSAN1: annotations to publish; `serial` is the one in the path, where there is one. Throws. */
export function acceptedAnnotations(
  { channel, clientId, capability, maxMessageSize }: Speaker,
  annotations: unknown,
  serial?: string,
): readonly WireAnnotation[] {
  demand(capability, channel.name, 'annotation-publish');
  const accepted = listOf(annotations, 'annotations').map((input) => {
    const annotation = claimed(annotationOf(input, serial), clientId);
    demandIdentity(annotation);
    return annotation;
  });
  demandSize(accepted, maxMessageSize);
  return accepted;
}

/** RTP8 to RTP10, RTP15: who is to enter, update or leave. Throws. */
export function acceptedPresence(
  { clientId, maxMessageSize }: Pick<Speaker, 'clientId' | 'maxMessageSize'>,
  presence: unknown,
): readonly PresenceChange[] {
  const accepted = listOf(presence, 'presence messages').map((input) =>
    identified(claimed(presenceOf(input), clientId)),
  );
  demandSize(accepted, maxMessageSize); // TP5
  return accepted;
}

function listOf(items: unknown, what: string): readonly unknown[] {
  if (Array.isArray(items) && items.length > 0) return items as readonly unknown[];
  throw refusal(40000, 400, `There are no ${what} to publish: send an array with at least one in it.`);
}

function demandSize(items: Parameters<typeof sizeOf>[0], most: number): void {
  if (sizeOf(items) <= most) return;
  throw refusal(40009, 400, `The publish is larger than ${most} bytes: split it up.`);
}

const nameOf = (clientId: string | undefined): string | undefined =>
  clientId === '*' ? undefined : clientId;

/** RTL6g, RSA8f: the same in the name of the client, which is somebody, `*` for anybody, or undefined for nobody. */
function claimed<T extends { readonly clientId?: string }>(item: T, clientId: string | undefined): T {
  if (item.clientId === undefined)
    return clientId === undefined || clientId === '*' ? item : { ...item, clientId };
  if (clientId === '*' ? !['', '*'].includes(item.clientId) : item.clientId === clientId) return item;
  throw refusal(
    40012,
    400,
    'The clientId of the message is not that of the client: leave it out, or use a token with that clientId.',
  );
}
