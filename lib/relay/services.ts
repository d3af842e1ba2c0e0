import type { SchedulerLike } from 'rxjs';
import type { Inbox } from './inbox/inbox.js';
import type { Publisher } from './publish/publisher.js';
import type { Topics } from './topics/topics.js';

/** What a channel needs of its client. */
export interface Services {
  readonly publisher: Publisher;
  readonly topics: () => Topics;
  readonly inbox: () => Inbox;
  /** Bytes that wait to leave on the socket. */
  readonly backlog: () => number;
  readonly scheduler: SchedulerLike;
}
