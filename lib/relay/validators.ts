import {
  amount,
  callable,
  countFrom,
  flag,
  having,
  type Validator,
  type Validators,
  oneOf,
  text,
} from '../options/validators.js';
import { maxTimer } from '../base/deadline.js';
import { isSeed } from './auth/seed.js';
import type { RelayOptions } from './relay-options.js';

const within = (least: number, most: number): Validator => [
  (value) => typeof value === 'number' && value >= least && value <= most,
  `a number from ${least} to ${most}`,
];
/** Milliseconds or seconds, more than none. */
const duration = within(1, maxTimer);

/** Checks each option of a client; the URL is parsed where it is used. */
export const validators: Validators<keyof RelayOptions> = {
  projectId: text,
  seed: [isSeed, '32 bytes, or 64 hexadecimal digits'],
  relayUrl: text,
  ua: text,
  storage: having('getItem', 'setItem'),
  persistSubscriptions: flag,
  tokenTtl: duration,
  bearerToken: flag,
  autoConnect: oneOf('onDemand', true, false),
  detachGrace: [(value) => value === false || amount[0](value), `${amount[1]}, or false`],
  publishTimeout: duration,
  publishRetries: [
    (value) => Number.isInteger(value) && within(0, 100)[0](value),
    'a whole number from 0 to 100',
  ],
  publishDeadline: duration,
  publishRetryDelay: amount,
  failFast: flag,
  requestTimeout: duration,
  reconnectDelay: amount,
  reconnectDelayMax: amount,
  probeAfter: duration,
  probeTimeout: duration,
  idFormat: oneOf('string', 'number'),
  dedupe: having(),
  queue: having(),
  webSocketCtor: callable,
  lifecycle$: having('subscribe'),
  outside: callable,
  scheduler: having('schedule', 'now'),
  random: callable,
  log: callable,
};

/** Checks the option `dedupe`. */
export const dedupeValidators: Validators<'ttl' | 'count'> = { ttl: duration, count: countFrom(1) };
/** Checks the option `queue`. */
export const queueValidators: Validators<'maxMessages' | 'maxBytes'> = {
  maxMessages: countFrom(0),
  maxBytes: countFrom(0),
};
