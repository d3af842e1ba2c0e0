import { map } from 'rxjs';
import type { Holder } from '../../base/described.js';
import { warnFields } from '../../options/unknown-options.js';
import { isObject, isText } from '../../options/validators.js';
import { type BatchResult, batchResultOf } from '../auth/revoke.js';
import { clientIn, type HttpContext } from '../channel/port.js';
import { invalid } from '../check-options.js';
import { presenceReaderOf } from '../presence/over-http.js';
import { unexpectedResponse } from '../rest/errors.js';
import type { ErrorInfo } from '../wire/error-info.js';
import type { OutgoingMessage } from '../wire/outgoing.js';
import type { PresenceMessage } from '../wire/presence-message.js';
import { encodeAll } from './change.js';
import { ask, performed, promised } from './perform.js';

/** BSP2: messages, and the channels on each of which all of them are to be published. */
export interface BatchPublishSpec {
  readonly channels: readonly string[];
  readonly messages: readonly OutgoingMessage[];
}

/** BPR2, BPF2: the serials of the messages on one channel, or the reason why it has none of them. */
export type BatchPublishResult =
  | { readonly channel: string; readonly messageId: string; readonly serials: readonly (string | null)[] }
  | { readonly channel: string; readonly error: ErrorInfo };

/** BGR2, BGF2: the members of one channel, or the reason why they are not told. */
export type BatchPresenceResult =
  | { readonly channel: string; readonly presence: readonly PresenceMessage[] }
  | { readonly channel: string; readonly error: ErrorInfo };

const settings = { cipher: undefined, payloads: undefined };
const fields: Readonly<Record<keyof BatchPublishSpec, 0>> = { channels: 0, messages: 0 };

/**
 * RSC22: publishes messages on many channels in one request. Resolves with a result for each channel, also for those that
 * refused; for a list of specs with a list. Rejects where nothing was done. Payloads are not encrypted: a batch knows no
 * channel's cipher.
 *
 * @example
 * ```ts
 * const { results } = await batchPublish(client, { channels: ['a', 'b'], messages: [{ name: 'n', data: 'x' }] });
 * ```
 */
export function batchPublish(
  client: Holder<HttpContext>,
  spec: BatchPublishSpec,
): Promise<BatchResult<BatchPublishResult>>;
export function batchPublish(
  client: Holder<HttpContext>,
  specs: readonly BatchPublishSpec[],
): Promise<readonly BatchResult<BatchPublishResult>[]>;
export function batchPublish(
  client: Holder<HttpContext>,
  given: BatchPublishSpec | readonly BatchPublishSpec[],
): Promise<BatchResult<BatchPublishResult> | readonly BatchResult<BatchPublishResult>[]> {
  const inside = clientIn(client);
  return performed<BatchResult<BatchPublishResult> | readonly BatchResult<BatchPublishResult>[]>(
    inside,
    () => {
      const specs = [given].flat() as readonly unknown[];
      if (specs.length === 0 || !specs.every(isSpec))
        throw invalid('specs', 'of the form { channels: [name], messages: [message] }, or an array of those');
      const body = specs.map(({ channels, messages, ...rest }) => {
        warnFields(rest, fields, inside.log, 'a batch');
        return { channels, messages: encodeAll(messages, { settings, host: { client: inside } }) }; // RSC22d
      });
      return ask(inside, { method: 'POST', path: '/messages', body }).pipe(
        map(({ content }) => {
          if (!Array.isArray(content)) throw unexpectedResponse('list of results', true);
          const results = content.map((one) => {
            const result: BatchResult<object> = batchResultOf(one, () =>
              unexpectedResponse('result of a batch', true),
            );
            return result as BatchResult<BatchPublishResult>;
          });
          const [first] = results;
          return Array.isArray(given) || !first ? results : first; // RSC22b
        }),
      );
    },
  );
}

const isSpec = (spec: unknown): spec is BatchPublishSpec =>
  isObject(spec) &&
  [spec['channels'], spec['messages']].every((list) => Array.isArray(list) && list.length > 0) &&
  (spec['channels'] as readonly unknown[]).every(isText);

/**
 * RSC24: asks for the members of many channels in one request. Resolves with a result for each, also for those that refused.
 * Rejects with 40000 on a name that cannot be in a list, which is one with a comma.
 */
export function batchPresence(
  client: Holder<HttpContext>,
  channels: readonly string[],
): Promise<BatchResult<BatchPresenceResult>> {
  const inside = clientIn(client);
  return promised(() => {
    if (!Array.isArray(channels) || channels.length === 0 || !channels.every(isListable))
      throw invalid('channels', 'an array of channel names, which have no comma');
    const read = presenceReaderOf({ settings, host: { client: inside } });
    const path = `/presence?${new URLSearchParams({ channels: channels.join(',') }).toString()}`;
    return ask(inside, { method: 'GET', path }).pipe(
      map(({ content }) => {
        const result: BatchResult<object> = batchResultOf(
          content,
          () => unexpectedResponse('result of a batch'),
          (one) => ({
            ...one,
            presence: read([one['presence']].flat()), // a list, or nothing
          }),
        );
        return result as BatchResult<BatchPresenceResult>;
      }),
    );
  });
}

const isListable = (name: unknown): boolean => isText(name) && !name.includes(',');
