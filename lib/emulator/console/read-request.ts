import type { Data } from '../../codec/codec.js';
import { textOf } from '../../codec/json.js';
import type { AdminCommand, AdminRequest } from './protocol.js';

type Check = (value: unknown) => boolean;
type Shape = Readonly<Record<string, readonly [Check, string]>>;

const isText: Check = (value) => typeof value === 'string' && value !== '';
const within =
  (least: number, most: number): Check =>
  (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
const maybe =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

const text = [isText, 'a text that is not empty'] as const;
const flag = [(value: unknown) => typeof value === 'boolean', 'true or false'] as const;
const server = [maybe((value) => value === 'ably' || value === 'relay'), '"ably" or "relay"'] as const;
const isNames: Check = (value) =>
  value === 'all' || (Array.isArray(value) && value.every((name) => typeof name === 'string'));

const shapes: { readonly [Name in AdminCommand['do']]: Shape } = {
  watch: { connections: [isNames, 'a list of ids, or "all"'] },
  drop: { connection: text },
  silence: { connection: text, on: flag },
  delay: { connection: text, ms: [within(0, 3_600_000), 'a whole number of ms, at most an hour'] },
  nack: { connection: text, count: [within(1, 1000), 'a whole number from 1 to 1000'] },
  forget: { connection: text },
  expireToken: { connection: text },
  detach: { connection: text, channel: text },
  fail: { connection: text, channel: text },
  refuse: { on: flag, server },
  storm: { server },
  publish: { channel: text, name: [maybe((value) => typeof value === 'string'), 'a text'] },
  enter: { channel: text, clientId: text },
  leave: { channel: text, clientId: text },
  relayPublish: { topic: text, message: text },
  record: { on: flag },
};

/** A request that is refused; `id` is 0 where it has none. */
export interface BadRequest {
  readonly id: number;
  readonly error: string;
}

/** Reads data of the console. Whatever it is, the answer is a request or says what is wrong. */
export function readRequest(sent: Data): AdminRequest | BadRequest {
  const fields = parsed(sent);
  if (!fields)
    return { id: 0, error: 'The request is not a JSON object: send { "id": 1, "do": "drop", … }.' };
  const { id, do: name } = fields;
  if (typeof id !== 'number' || !Number.isSafeInteger(id))
    return { id: 0, error: 'The request has no `id`: give it a whole number.' };
  if (typeof name !== 'string' || !Object.hasOwn(shapes, name))
    return { id, error: `The request \`do\` is unknown: use one of ${Object.keys(shapes).join(', ')}.` };
  for (const [field, [check, form]] of Object.entries(shapes[name as AdminCommand['do']]))
    if (!check(fields[field]))
      return { id, error: `The field \`${field}\` of ${name} is wrong: give it ${form}.` };
  return fields as unknown as AdminRequest;
}

function parsed(sent: Data): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(textOf(sent));
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Readonly<Record<string, unknown>>;
  } catch {
    // the answer says so
  }
  return undefined;
}
