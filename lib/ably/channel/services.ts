import type { SchedulerLike } from 'rxjs';
import type { VcdiffDecoder } from '../../codec/vcdiff-decoder.js';
import type { LogEvent, LogLevel } from '../../log.js';
import type { Numbered } from '../outbox/pending.js';
import type { Ask } from '../rest/request.js';
import type { PublishResult } from '../wire/frames.js';
import type { Report } from '../wire/message.js';

/** What a channel needs of its client to publish. */
export interface Publisher {
  /** Whether frames can carry bytes (RSL4). */
  readonly binary: boolean;
  /** Sends a frame that wants an ACK, or keeps it until there is a connection (RTL6c). `size` is TM6's; `signal` takes it back. */
  readonly submit: (frame: Numbered, size: number, signal?: AbortSignal) => Promise<PublishResult>;
  /** Bytes that wait to leave on the socket; 0 where it does not tell. */
  readonly backlog: () => number;
  /** A rejection that does no harm where nobody awaits it. */
  readonly refuse: (error: unknown) => Promise<PublishResult>;
}

/** What a channel needs of everything below it. */
export interface ChannelServices {
  readonly publisher: Publisher;
  /** Requests in the client's name (RSA4b). */
  readonly ask: Ask;
  /** Told of payloads that could not be decoded. */
  readonly report: Report;
  /** PC3 */
  readonly vcdiff: VcdiffDecoder | undefined;
  readonly log: (level: LogLevel, event: LogEvent) => void;
  /** TO3r */
  readonly strictMode: boolean;
  readonly requestTimeout: number;
  readonly scheduler: SchedulerLike;
}
