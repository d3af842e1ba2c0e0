import type { ConnectionState } from '../../connection/state.js';
import type { Publisher } from '../channel/services.js';
import { disposedError } from './disposed.js';
import type { Outbox } from './outbox.js';
import type { Numbered } from './pending-queue.js';
import type { AblySession } from '../transport/session.js';
import type { Settings } from '../client/settings.js';
import { ErrorInfo } from '../wire/error-info.js';

interface PublisherSettings {
  readonly settings: Pick<Settings, 'codec' | 'maxMessageSize' | 'queueMessages'>;
  readonly outbox: Outbox;
  /** RSA7b: `'*'` for anybody, `null` for nobody or not known yet. */
  readonly clientId: () => string | null;
  readonly state: () => ConnectionState<AblySession>;
  /** Asked for a connection by the first publish. */
  readonly connect: () => void;
  /** Bytes that wait to leave on the socket. */
  readonly backlog: () => number;
}

/** RTL6c: hands frames to the outbox, where the connection's state allows it. */
export function publisherOf(given: PublisherSettings): Publisher {
  const { settings, outbox, clientId, state, connect, backlog } = given;
  const { codec, queueMessages } = settings;
  const details = () => {
    const current = state();
    return current.name === 'connected' ? current.session.extra.details : undefined;
  };
  const check = (frame: Numbered, size: number): void => {
    const { name } = state();
    if (
      name !== 'connected' &&
      !(queueMessages && (name === 'initialized' || name === 'connecting' || name === 'disconnected'))
    )
      throw outbox.isDisposed ? disposedError() : notConnected(name, queueMessages); // RTL6c4
    const limit = details()?.maxMessageSize ?? settings.maxMessageSize; // CD2c
    if (size > limit) throw tooLarge(size, limit);
    const own = clientId();
    if (own === null || own === '*') return;
    for (const { clientId: claimed, serial } of frame.messages ?? [])
      if (serial === undefined) checkIdentity(own, claimed); // a change may be of somebody else's message
    for (const { clientId: claimed } of frame.presence ?? []) checkIdentity(own, claimed); // RTP15f
  };
  return {
    binary: codec.binary,
    backlog,
    submit: (frame, size, signal, told) => {
      check(frame, size);
      connect();
      return outbox.submit(frame, size, signal, told);
    },
    queueUntilAttached: (frame, size, told) => {
      check(frame, size);
      if (!queueMessages) throw unqueued(); // RTP16c
      connect();
      return outbox.queueUntilAttached(frame, size, told);
    },
    flush: (channel) => {
      outbox.flushAttached(channel);
    },
    failQueued: (channel, reason) => {
      outbox.failQueued(channel, reason);
    },
    refuse: (error) => outbox.refused(ErrorInfo.of(error, 40000)),
  };
}

const notConnected = (name: string, queueMessages: boolean): ErrorInfo =>
  new ErrorInfo(
    `Nothing can be published while the connection is ${name}${queueMessages ? '' : ' and the option "queueMessages" is false'}. Connect first.`,
    {
      code:
        name === 'failed' ? 80000 : name === 'suspended' ? 80002 : name === 'disconnected' ? 80003 : 80017,
    },
  );

const unqueued = (): ErrorInfo =>
  new ErrorInfo(
    'The channel is not attached, and nothing waits for that because the option "queueMessages" is false. Attach it first.',
    { code: 90001, statusCode: 400 },
  );

/** TO3l8 */
const tooLarge = (size: number, limit: number): ErrorInfo =>
  new ErrorInfo(`A publish of ${size} bytes is over the limit of ${limit}. Publish less at once.`, {
    code: 40009,
  });

/** RTL6g3 */
function checkIdentity(own: string, claimed: string | undefined): void {
  if (claimed === undefined || claimed === own) return;
  throw new ErrorInfo(
    `A message claims the clientId "${claimed}", but this client is "${own}". Leave it out, or use another client.`,
    { code: 40012 },
  );
}
