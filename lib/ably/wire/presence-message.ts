import { isWellFormed, wellFormed } from '../../codec/utf8.js';
import { Action } from './actions.js';
import { checkEncoded, checkEncodedArray, undoOf } from './encoded.js';
import { type Cipher, decodeData, encodeData, type Undo } from './encodings.js';
import { ErrorInfo } from './error-info.js';
import type { ProtocolMessage, WireMessage } from './frames.js';
import { type DecodingOptions, idOf, plainBytes, type Report } from './message.js';
import { snapshotOf } from './outgoing.js';

/** TP2: the actions of members, by their number on the wire. */
export const presenceActions = ['absent', 'present', 'enter', 'leave', 'update'] as const;
/** TP2: the action of a member; a number that this library does not know yet arrives as `unknown` (RTF1). */
export type PresenceAction = (typeof presenceActions)[number] | 'unknown';

/** TP1, TP3: a member of a channel, or what happened to one. A plain object. */
export interface PresenceMessage {
  /** TP3a: `undefined` where a sync found that the member had gone (RTP19). */
  readonly id: string | undefined;
  readonly action: PresenceAction;
  /** TP3c */
  readonly clientId: string | undefined;
  /** TP3d: the connection that entered the member; the same clientId may be present on several. */
  readonly connectionId: string | undefined;
  /** TP3e: decoded as a message's payload is. */
  readonly data: unknown;
  /** TP3f: the steps that could not be undone (RSL6b). */
  readonly encoding: string | undefined;
  /** TP3i: JSON, as the member sent it. */
  readonly extras: unknown;
  /** TP3g: milliseconds since the epoch */
  readonly timestamp: number | undefined;
  /** TP3h: its identity: one clientId on one connection. */
  readonly memberKey: string;
}

/** Reads presence messages that came another way than over a channel. */
export const PresenceMessage = {
  /**
   * TP4: a presence message that came another way than over a channel, from a queue or a webhook, as JSON.parse() gave it:
   * decoded and decrypted like a channel's own, with what cannot be undone left in `encoding` (RSL6b). Throws on what is no
   * object.
   */
  fromEncoded: (encoded: object, options?: DecodingOptions | null): PresenceMessage => {
    checkEncoded(encoded, 'a presence message');
    return presenceOf(encoded, noFrame, {
      index: 0,
      report: () => undefined, // a payload that could not be decoded says so itself
      undo: undoOf(options),
    });
  },
  /** TP4: the same for several. */
  fromEncodedArray: (
    encoded: readonly object[],
    options?: DecodingOptions | null,
  ): readonly PresenceMessage[] => {
    checkEncodedArray(encoded, 'an array of presence messages');
    return encoded.map((message) => PresenceMessage.fromEncoded(message, options));
  },
} as const;

const noFrame: ProtocolMessage = { action: Action.presence };

/** How what comes is read. */
export interface DecodingContext {
  readonly index: number;
  readonly report: Report;
  readonly undo?: Undo | undefined;
}

/** The `index`th presence message of a frame, decoded; what its frame knows is filled in. */
export function presenceOf(
  wire: WireMessage,
  frame: ProtocolMessage,
  { index, report, undo }: DecodingContext,
): PresenceMessage {
  const decoded = wire.encoding ? decodeData(wire.data, wire.encoding, undo) : undefined;
  if (decoded?.error) report(decoded.error);
  const connectionId = wire.connectionId ?? frame.connectionId ?? undefined;
  const clientId = wire.clientId ?? undefined;
  return {
    id: idOf(wire, frame, index),
    action: presenceActions[wire.action ?? 0] ?? 'unknown',
    clientId,
    connectionId,
    data: plainBytes(decoded ? decoded.data : (wire.data ?? undefined)),
    encoding: decoded?.encoding,
    extras: wire.extras ?? undefined,
    timestamp: wire.timestamp ?? frame.timestamp ?? undefined,
    memberKey: `${connectionId ?? ''}:${clientId ?? ''}`,
  };
}

/** The same with another action; field by field, because a sync may bring ten thousand. */
export const withAction = (message: PresenceMessage, action: PresenceAction): PresenceMessage => ({
  id: message.id,
  action,
  clientId: message.clientId,
  connectionId: message.connectionId,
  data: message.data,
  encoding: message.encoding,
  extras: message.extras,
  timestamp: message.timestamp,
  memberKey: message.memberKey,
});

/** A presence message to send. */
export interface OutgoingPresence {
  readonly action: 'enter' | 'leave' | 'update';
  /** RTP17g: the id that it had already. */
  readonly id?: string | undefined;
  /** Only where it is somebody else than the connection (RTP8c). */
  readonly clientId?: string | undefined;
  readonly data?: unknown;
  readonly extras?: unknown;
}

/** RTP8c, RTP8e: the presence message as it travels. Throws 40013 on a payload of another type. */
export const encodePresence = (
  { action, id, clientId, data, extras }: OutgoingPresence,
  { binary, cipher }: { readonly binary: boolean; readonly cipher?: Cipher | undefined },
): WireMessage => {
  const number = presenceActions.indexOf(action);
  if (id === undefined && clientId !== undefined && typeof data === 'string' && extras == null && !cipher)
    return { action: number, clientId: identityOf(clientId), data: wellFormed(data) }; // ten thousand may enter at once
  return {
    action: number,
    ...(id !== undefined && { id }),
    ...(clientId !== undefined && { clientId: identityOf(clientId) }),
    ...encodeData(data, binary, cipher),
    ...(extras != null && { extras: snapshotOf(extras) }),
  };
};

function identityOf(clientId: unknown): string {
  if (typeof clientId === 'string' && clientId !== '' && clientId !== '*' && isWellFormed(clientId))
    return clientId;
  throw new ErrorInfo(
    'A member is named by its clientId: a string that is neither empty nor "*", nor cut within a character.',
    {
      code: 40012,
    },
  );
}
