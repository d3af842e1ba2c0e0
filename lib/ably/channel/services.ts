import type { SchedulerLike } from 'rxjs';
import type { VcdiffDecoder } from '../../codec/vcdiff-decoder.js';
import type { LogEvent, LogLevel } from '../../log.js';
import type { Numbered, OnSettled } from '../outbox/pending-queue.js';
import type { RequestFunction } from '../rest/request.js';
import type { ErrorInfo } from '../wire/error-info.js';
import type { PublishResult } from '../wire/frames.js';
import type { Report } from '../wire/message.js';

/** What a channel needs of its client to publish. */
export interface Publisher {
  /** Whether frames can carry bytes (RSL4). */
  readonly binary: boolean;
  /** Sends a frame that wants an ACK, or keeps it until there is a connection (RTL6c). `size` is TM6's; `signal` takes it back; `told` hears of its end in the same turn. */
  readonly submit: (
    frame: Numbered,
    size: number,
    signal?: AbortSignal,
    told?: OnSettled,
  ) => Promise<PublishResult>;
  /** RTP16b: keeps a frame until its channel is attached and it is released, or refuses it. Throws as `submit` does. */
  readonly queueUntilAttached: (frame: Numbered, size: number, told?: OnSettled) => Promise<PublishResult>;
  /** RTP5b: sends what was kept for a channel. */
  readonly flush: (channel: string) => void;
  /** RTL11: refuses what was kept for a channel. */
  readonly failQueued: (channel: string, reason: () => ErrorInfo) => void;
  /** Bytes that wait to leave on the socket; 0 where it does not tell. */
  readonly backlog: () => number;
  /** A rejection that does no harm where nobody awaits it. */
  readonly refuse: (error: unknown) => Promise<PublishResult>;
}

/** Who the client is at the moment. */
export interface Self {
  /** RSA7b: `'*'` for anybody, `null` for nobody or not known yet. */
  readonly clientId: string | null;
  /** RTN8: `undefined` while there is no connection. */
  readonly connectionId: string | undefined;
}

/** What a channel needs of everything below it. */
export interface ChannelServices {
  readonly publisher: Publisher;
  readonly self: () => Self;
  /** Requests in the client's name (RSA4b). */
  readonly ask: RequestFunction;
  /** Told of payloads that could not be decoded. */
  readonly report: Report;
  /** PC3 */
  readonly vcdiff: VcdiffDecoder | undefined;
  readonly log: (level: LogLevel, event: LogEvent) => void;
  /** TO3r */
  readonly strictMode: boolean;
  readonly scheduler: SchedulerLike;
}
