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
import type { RelayOptions } from './relay-options.js';

const within = (least: number, most: number): Validator => [
  (value) => typeof value === 'number' && value >= least && value <= most,
  `a number from ${least} to ${most}`,
];
/** Of milliseconds or seconds that cannot be none. */
const some = within(1, maxTimer);

/** What each option has to be; the seed and the address are read where they are used. */
export const kinds: Validators<Exclude<keyof RelayOptions, 'seed'>> = {
  projectId: text,
  relayUrl: text,
  ua: text,
  storage: having('getItem', 'setItem'),
  tokenTtl: some,
  bearerToken: flag,
  autoConnect: oneOf('onDemand', true, false),
  detachGrace: [(value) => value === false || amount[0](value), `${amount[1]}, or false`],
  publishTimeout: some,
  publishRetries: [
    (value) => Number.isInteger(value) && within(0, 100)[0](value),
    'a whole number from 0 to 100',
  ],
  publishDeadline: some,
  publishRetryDelay: amount,
  failFast: flag,
  requestTimeout: some,
  reconnectDelay: amount,
  reconnectDelayMax: amount,
  probeAfter: some,
  probeTimeout: some,
  idFormat: oneOf('string', 'number'),
  dedupe: having(),
  queue: having(),
  webSocketCtor: callable,
  lifecycle$: having('subscribe'),
  scheduler: having('schedule', 'now'),
  random: callable,
  log: callable,
};

/** Parts of options. */
export const dedupeKinds: Validators<'ttl' | 'count'> = { ttl: some, count: countFrom(1) };
/** Parts of options. */
export const queueKinds: Validators<'maxMessages' | 'maxBytes'> = {
  maxMessages: countFrom(0),
  maxBytes: countFrom(0),
};
