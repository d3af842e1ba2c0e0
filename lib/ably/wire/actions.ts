/** TR2: the action of a ProtocolMessage. */
export const Action = {
  heartbeat: 0,
  ack: 1,
  nack: 2,
  connect: 3,
  connected: 4,
  disconnect: 5,
  disconnected: 6,
  close: 7,
  closed: 8,
  error: 9,
  attach: 10,
  attached: 11,
  detach: 12,
  detached: 13,
  presence: 14,
  message: 15,
  sync: 16,
  auth: 17,
  activate: 18,
  object: 19,
  objectSync: 20,
  annotation: 21,
} as const;
export type Action = (typeof Action)[keyof typeof Action];

/** TM5: the actions of messages, by their number on the wire. */
export const messageActions = [
  'message.create',
  'message.update',
  'message.delete',
  'meta',
  'message.summary',
  'message.append',
] as const;
/** TM5: the action of a message; a number that this library does not know yet arrives as `unknown` (RTF1). */
export type MessageAction = (typeof messageActions)[number] | 'unknown';
