import { EMPTY, type Observable, of, type SchedulerLike, Subject } from 'rxjs';
import { type Connection, connectionOf, type ConnectionSettings } from '../../lib/connection/connection.js';
import type { Protocol } from '../../lib/connection/protocol.js';
import type { End, Outcome, Session } from '../../lib/connection/state.js';
import { platformOf, type WebSocketCtor } from '../../lib/socket/types.js';

/** Reason of the end of a toy connection. */
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
  const outcomeOf = (frame: string): Outcome<string> | undefined => {
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
  };
  return {
    encode: (frame) => frame,
    read: (data, deliver) => {
      if (data === 'BAD') throw new SyntaxError('cannot be decoded');
      const outcome = outcomeOf(data as string);
      if (!outcome) deliver(data as string);
      return outcome;
    },
    address: ({ host, resume }) => of({ url: `wss://${host}${resume ? `?resume=${resume.extra}` : ''}` }),
    opened: undefined,
    ended: (end) => ({ type: 'dropped', error: new Ended(end), next: 'other host' }),
    closeFrame: 'CLOSE',
    continues: (before, now) => before.extra === now.extra,
  };
};

export interface ToyConnection extends Connection<string, string> {
  readonly frame$: Observable<string>;
  readonly undecoded$: Observable<unknown>;
}

/** A toy connection with round numbers: 500 ms for an answer, 100 ms more from retry to retry, stable after 50 ms. */
export const toyConnection = (
  ctor: WebSocketCtor,
  scheduler: SchedulerLike,
  {
    protocol = toy(),
    ...settings
  }: Partial<ConnectionSettings<string>> & { readonly protocol?: Protocol<string, string, string> } = {},
): ToyConnection => {
  const frame = new Subject<string>();
  const undecoded = new Subject<unknown>();
  const connection = connectionOf(
    protocol,
    {
      rules: {
        hosts: ['main'],
        disconnectedRetry: (n) => n * 100,
        suspendedRetry: 1000,
        stableAfter: 50,
        keepFor: 3000,
      },
      requestTimeout: 500,
      platform: platformOf(ctor, ''),
      lifecycle$: EMPTY,
      scheduler,
      random: () => 0,
      ...settings,
    },
    {
      frame: (received) => {
        frame.next(received);
      },
      undecoded: (error) => {
        undecoded.next(error);
      },
    },
  );
  return { ...connection, frame$: frame, undecoded$: undecoded };
};
