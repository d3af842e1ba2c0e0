import { byteLengthOf } from '../../../codec/codec.js';
import { type Fields, isFields } from '../json-rpc/incoming.js';
import type { Draft } from '../mail/letter.js';
import { refusal } from '../relay-error.js';
import type { RelaySettings } from '../settings.js';

/** What a client says that it has received; of either spelling. */
export interface Receipt {
  readonly topic: string;
  readonly messageId: string;
}

/** Reads the params of calls; all of these throw what is wrong with them. */
export interface Params {
  readonly topic: (params: unknown) => string;
  readonly topics: (params: unknown) => readonly string[];
  readonly subscriptions: (params: unknown) => readonly string[];
  readonly draft: (params: unknown) => Draft;
  readonly drafts: (params: unknown) => readonly Draft[];
  readonly receipts: (params: unknown) => readonly Receipt[];
}

export function paramsBy({ checkTopics, limits, ttl }: RelaySettings): Params {
  const topicFrom = (topic: unknown): string => {
    if (typeof topic !== 'string') throw invalid('`topic` is no text');
    if (checkTopics && !/^[0-9a-f]{64}$/i.test(topic))
      throw refusal('InvalidTopic', 'The topic is none: give 32 bytes in hex, which are 64 digits.');
    return topic;
  };
  const topic = (params: unknown): string => topicFrom(fieldsOf(params)['topic']);
  const draft = (params: unknown): Draft =>
    draftFrom(fieldsOf(params), { topicFrom, ttl, most: limits.payload });
  const listOf = (name: string, params: unknown): readonly unknown[] =>
    list(name, fieldsOf(params)[name], limits.batch);
  return {
    topic,
    topics: (params) => listOf('topics', params).map(topicFrom),
    subscriptions: (params) => listOf('subscriptions', params).map(topic), // the relay does not look at their ids
    draft,
    drafts: (params) => listOf('messages', params).map(draft),
    receipts: (params) =>
      listOf('receipts', params).map((receipt) => ({
        topic: topic(receipt),
        messageId: messageIdIn(receipt),
      })),
  };
}

function list(name: string, items: unknown, most: number): readonly unknown[] {
  if (!Array.isArray(items)) throw invalid(`\`${name}\` is no array`);
  if (items.length === 0) throw refusal('BatchEmpty', `There is nothing in \`${name}\`: give one at least.`);
  if (items.length > most)
    throw refusal('BatchLimitExceeded', `There are ${items.length} in \`${name}\`: give ${most} at most.`);
  return items;
}

function messageIdIn(receipt: unknown): string {
  const { messageId, message_id } = fieldsOf(receipt);
  const id = messageId ?? message_id;
  if (typeof id === 'string') return id;
  throw invalid('`messageId` is no text');
}

interface Terms {
  readonly topicFrom: (topic: unknown) => string;
  readonly ttl: RelaySettings['ttl'];
  readonly most: number;
}

function draftFrom(fields: Fields, { topicFrom, ttl: bounds, most }: Terms): Draft {
  const { message, attestation } = fields;
  const topic = topicFrom(fields['topic']);
  const [ttl, tag] = [whole('ttl', fields), whole('tag', fields)];
  if (typeof message !== 'string') throw invalid('`message` is no text');
  if (attestation !== undefined && typeof attestation !== 'string') throw invalid('`attestation` is no text');
  demandTtl(ttl, bounds);
  if (byteLengthOf(message) > most)
    throw refusal(
      'PayloadSizeExceeded',
      `Payload size limit exceeded. Maximum size for tag ${tag} is ${most} bytes.`,
    );
  return { topic, message, ttl, tag, ...(attestation !== undefined && { attestation }) };
}

function demandTtl(ttl: number, { min, max }: RelaySettings['ttl']): void {
  if (ttl < min) throw refusal('TtlTooShort', `The requested ttl is below ${min} seconds.`);
  if (ttl > max) throw refusal('TtlTooLong', `The requested ttl is above ${max} seconds.`);
}

function whole(name: string, { [name]: value }: Fields): number {
  if (Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 32) return Number(value);
  throw invalid(`\`${name}\` is no whole number of 32 bits`);
}

function fieldsOf(params: unknown): Fields {
  if (isFields(params)) return params;
  throw invalid('they are no object');
}

const invalid = (why: string): Error => refusal('InvalidParams', `The params cannot be used: ${why}.`);
