import type { SchedulerLike } from 'rxjs';
import { refusal } from '../wire/errors.js';
import type { Key } from './apps.js';
import type { Caller } from './caller.js';
import { maxTtl } from './tokens/token-grant.js';
import { forgetOldest } from './tokens/issued-tokens.js';

export interface RevokeOptions {
  /** In ms since the epoch. Default: now. Tokens issued later stay valid. */
  readonly issuedBefore?: number;
  /** Requests new tokens from clients at once, and revokes 30 seconds later. */
  readonly allowReauthMargin?: boolean;
}

/** TRS2: the result of one revocation. */
export interface Revoked {
  readonly target: string;
  readonly issuedBefore: number;
  readonly appliesAt: number;
}

/** The revocations that are in force. */
export interface Revocations {
  /**
   * RSA17: `clientId:…`, `revocationKey:…`, or `channel:…` for a resource named so in the capability. Throws 40000, a
   * guess, on another target, and 40003 on a time that is none.
   */
  readonly add: (key: Key, target: unknown, options: Readonly<Record<string, unknown>>) => Revoked;
  /** Time at which the caller's token is revoked; Infinity if it is not. */
  readonly appliesAt: (caller: Caller) => number;
  /** Issue time of a new token: now, or later than all that was just revoked. */
  readonly issueTime: () => number;
}

interface Rule {
  readonly before: number;
  readonly appliesAt: number;
}

const reauthMargin = 30_000;
const maxTargets = 10_000;

export function revocationsOf(scheduler: SchedulerLike): Revocations {
  const byTarget = new Map<string, readonly Rule[]>();
  let latest = 0;
  return {
    add: ({ name }, target, { issuedBefore, allowReauthMargin }) => {
      const now = scheduler.now();
      const checked = targetFrom(target);
      const given = issuedBefore ?? undefined;
      const until = given === undefined ? now : timeFrom(given, now);
      const appliesAt = allowReauthMargin === true ? now + reauthMargin : now;
      const before = given === undefined ? now + 1 : until; // includes tokens issued in this millisecond
      if (given === undefined) latest = before;
      const rules = (byTarget.get(`${name} ${checked}`) ?? []).filter(
        (rule) => rule.before > before || Math.max(now, rule.appliesAt) < appliesAt,
      );
      byTarget.delete(`${name} ${checked}`);
      byTarget.set(`${name} ${checked}`, [...rules, { before, appliesAt }]);
      forgetExpired(byTarget, now);
      return { target: checked, issuedBefore: until, appliesAt };
    },
    appliesAt: (caller) => {
      const { token } = caller;
      if (!token || byTarget.size === 0) return Infinity;
      const rules = targetsOf(caller).flatMap((target) => byTarget.get(`${caller.key.name} ${target}`) ?? []);
      return Math.min(
        ...rules.filter(({ before }) => token.issued < before).map(({ appliesAt }) => appliesAt),
      );
    },
    issueTime: () => Math.max(scheduler.now(), latest),
  };
}

/** Forgets revocations of tokens that have expired: no token lives longer than a day. */
function forgetExpired(byTarget: Map<string, readonly Rule[]>, now: number): void {
  for (const [target, rules] of byTarget) {
    if (rules.some(({ before, appliesAt }) => Math.max(before, appliesAt) + 2 * maxTtl > now)) break;
    byTarget.delete(target);
  }
  if (byTarget.size > maxTargets) forgetOldest(byTarget);
}

const targetsOf = ({ token, clientId, capability }: Caller): readonly string[] => [
  ...(clientId === undefined ? [] : [`clientId:${clientId}`]),
  ...(token?.revocationKey === undefined ? [] : [`revocationKey:${token.revocationKey}`]),
  ...Object.keys(capability).map((resource) => `channel:${resource}`),
];

function targetFrom(target: unknown): string {
  if (
    typeof target === 'string' &&
    ['clientId:', 'revocationKey:', 'channel:'].some(
      (type) => target.startsWith(type) && target.length > type.length,
    )
  )
    return target;
  throw refusal(40000, 400, 'The target is malformed: give "clientId:…", "revocationKey:…" or "channel:…".');
}

function timeFrom(issuedBefore: unknown, now: number): number {
  if (typeof issuedBefore === 'number' && Number.isInteger(issuedBefore) && issuedBefore <= now)
    return issuedBefore;
  throw refusal(
    40003,
    400,
    'The time `issuedBefore` is a whole number of milliseconds, and not in the future.',
  );
}
