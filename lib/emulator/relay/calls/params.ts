import { byteLengthOf } from '../../../codec/codec.js';
import { type Fields, isFields } from '../json-rpc/incoming.js';
import type { Draft } from '../mailboxes/stored-message.js';
import { refusal } from '../relay-error.js';
import type { RelaySettings } from '../settings.js';

/** Acknowledgement of one message. */
export interface Receipt {
  readonly topic: string;
  readonly messageId: string;
}

/** The names under which the params of a session's method have a message. */
export interface SessionDraftNames {
  readonly topic: string;
  readonly message: string;
  /** The tag with which the relay publishes it. */
  readonly tag: number;
}

/** Parsers of call params; each throws a RelayError. */
export interface CallParams {
  readonly topic: (params: unknown) => string;
  readonly topics: (params: unknown) => readonly string[];
  readonly subscriptions: (params: unknown) => readonly string[];
  readonly draft: (params: unknown) => Draft;
  /** A message that is one of several in the params. `ttl` may be left out. */
  readonly sessionDraft: (params: unknown, names: SessionDraftNames) => Draft;
  readonly drafts: (params: unknown) => readonly Draft[];
  readonly receipts: (params: unknown) => readonly Receipt[];
}

export function callParams({ checkTopics, limits, ttl }: RelaySettings): CallParams {
  const topicFrom = (topic: unknown): string => {
    if (typeof topic !== 'string') throw invalid('`topic` is not a string');
    if (checkTopics && !/^[0-9a-f]{64}$/i.test(topic))
      throw refusal('InvalidTopic', 'The topic is malformed: give 32 bytes in hex, which are 64 digits.');
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
    subscriptions: (params) => listOf('subscriptions', params).map(topic), // the subscription ids are ignored
    draft,
    sessionDraft: (params, { topic: topicName, message: messageName, tag }) => {
      const fields = fieldsOf(params);
      demandText(messageName, fields[messageName]);
      demandText(topicName, fields[topicName]);
      return draft({
        ttl: sessionTtl,
        ...fields,
        tag,
        topic: fields[topicName],
        message: fields[messageName],
      });
    },
    drafts: (params) => listOf('messages', params).map(draft),
    receipts: (params) =>
      listOf('receipts', params).map((receipt) => ({
        topic: topic(receipt),
        messageId: messageIdIn(receipt),
      })),
  };
}

/** Seconds for which the relay keeps what it publishes for a session, unless it is told. */
const sessionTtl = 300;

function demandText(name: string, value: unknown): void {
  if (typeof value !== 'string') throw invalid(`\`${name}\` is not a string`);
}

function list(name: string, items: unknown, most: number): readonly unknown[] {
  if (!Array.isArray(items)) throw invalid(`\`${name}\` is not an array`);
  if (items.length === 0) throw refusal('BatchEmpty', `There is nothing in \`${name}\`: give one at least.`);
  if (items.length > most)
    throw refusal('BatchLimitExceeded', `There are ${items.length} in \`${name}\`: give ${most} at most.`);
  return items;
}

function messageIdIn(receipt: unknown): string {
  const { messageId, message_id } = fieldsOf(receipt);
  const id = messageId ?? message_id;
  if (typeof id === 'string') return id;
  throw invalid('`messageId` is not a string');
}

interface Dependencies {
  readonly topicFrom: (topic: unknown) => string;
  readonly ttl: RelaySettings['ttl'];
  readonly most: number;
}

function draftFrom(fields: Fields, { topicFrom, ttl: bounds, most }: Dependencies): Draft {
  const { message, attestation } = fields;
  const topic = topicFrom(fields['topic']);
  const [ttl, tag] = [whole('ttl', fields), whole('tag', fields)];
  if (typeof message !== 'string') throw invalid('`message` is not a string');
  if (attestation !== undefined && typeof attestation !== 'string')
    throw invalid('`attestation` is not a string');
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
  throw invalid(`\`${name}\` is not a whole number of 32 bits`);
}

function fieldsOf(params: unknown): Fields {
  if (isFields(params)) return params;
  throw invalid('they are not an object');
}

const invalid = (why: string): Error => refusal('InvalidParams', `The params cannot be used: ${why}.`);
