import type { Failure } from '../calls/state.js';
import type { PublishParams } from './publish-params.js';
import { RequestError } from './request-error.js';

/** The failure of a publish after its last attempt or at its deadline, whichever came first. */
export class PublishError extends RequestError {
  /** The kind of message, as it was given to `publish()`. */
  readonly tag: number;

  constructor({ topic, tag }: Pick<PublishParams, 'topic' | 'tag'>, failure: Failure) {
    const failed = failure.uncertain ? 'The relay has not confirmed a publish' : 'Nothing was published';
    super(
      'irn_publish',
      failure,
      `${failed} on topic "${topic}"`,
      'the message all the same: publish it again within its ttl, and it is delivered once',
    );
    this.name = 'PublishError';
    this.tag = tag;
  }
}
