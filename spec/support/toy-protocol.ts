import { EMPTY, of, type SchedulerLike } from 'rxjs';
import { type Connection, connectionOf, type ConnectionSettings } from '../../lib/connection/connection.js';
import type { Protocol } from '../../lib/connection/protocol.js';
import type { End, Session } from '../../lib/connection/state.js';
import { platformOf, type WebSocketCtor } from '../../lib/socket/types.js';

/** Why a toy connection ended. */
export class Ended extends Error {
  readonly end: End | 'told';
  constructor(end: End | 'told') {
    super('ended');
    this.end = end;
  }
}

/** HI opens a session, HI2 one that nobody knows, OFF and OTHER drop it, NO refuses, BYE ends; all else is a frame. */
export const toy = (session: Partial<Session<string>> = {}): Protocol<string, string, string> => {
  const opens = (extra: string) =>
    ({
      type: 'ready',
      session: { idleAfter: 1000, keepFor: 5000, warning: undefined, extra, ...session },
    }) as const;
  return {
    encode: (frame) => frame,
    decode: (data) => {
      if (data === 'BAD') throw new SyntaxError('cannot be decoded');
      return data as string;
    },
    address: ({ host, resume }) => of({ url: `wss://${host}${resume ? `?resume=${resume.extra}` : ''}` }),
    opened: undefined,
    interpret: (frame) => {
      switch (frame) {
        case 'HI':
          return opens('k');
        case 'HI2':
          return opens('k2');
        case 'OFF':
          return { type: 'dropped', error: new Ended('told'), next: 'now' };
        case 'OTHER':
          return { type: 'dropped', error: new Ended('told'), next: 'other host' };
        case 'NO':
          return { type: 'refused', error: new Ended('told') };
        case 'BYE':
          return { type: 'ended' };
        default:
          return undefined;
      }
    },
    ended: (end) => ({ type: 'dropped', error: new Ended(end), next: 'other host' }),
    closeFrame: 'CLOSE',
    continues: (before, now) => before.extra === now.extra,
  };
};

/** A toy connection with round numbers: 500 ms for an answer, 100 ms more from retry to retry, 50 ms to hold. */
export const toyConnection = (
  ctor: WebSocketCtor,
  scheduler: SchedulerLike,
  {
    protocol = toy(),
    ...settings
  }: Partial<ConnectionSettings<string>> & { readonly protocol?: Protocol<string, string, string> } = {},
): Connection<string, string, string> =>
  connectionOf(protocol, {
    rules: {
      hosts: ['main'],
      disconnectedRetry: (n) => n * 100,
      suspendedRetry: 1000,
      holdsAfter: 50,
      keepFor: 3000,
    },
    requestTimeout: 500,
    platform: platformOf(ctor, ''),
    lifecycle$: EMPTY,
    scheduler,
    random: () => 0,
    ...settings,
  });
