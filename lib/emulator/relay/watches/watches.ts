import { type Observable, Subject } from 'rxjs';
import { readOnly } from '../../../rx/read-only.js';
import { claimsOf } from '../auth/jwt.js';
import { type Fields, isFields } from '../json-rpc/incoming.js';
import type { MailboxMessage } from '../mailboxes/stored-message.js';
import { refusal } from '../relay-error.js';
import type { RelaySettings } from '../settings.js';
import { relayKey } from './relay-key.js';

/** The fate of a message. A publisher is told of `accepted` alone. */
export type WatchStatus = 'accepted' | 'queued' | 'delivered';

/** A webhook that a client has registered. */
export interface Watch {
  /** The client that is watched, and that signed the registration. */
  readonly clientId: string;
  /** Whether it is told of what the client publishes, or of what it receives. */
  readonly type: 'publisher' | 'subscriber';
  readonly serviceUrl: string;
  readonly webhookUrl: string;
  readonly tags: readonly number[];
  readonly statuses: readonly WatchStatus[];
  /** In ms. */
  readonly expiresAt: number;
}

/** A request that the relay makes to a webhook. */
export interface WatchEvent {
  readonly watch: Watch;
  readonly status: WatchStatus;
  readonly topic: string;
  readonly message: string;
  readonly publishedAt: number;
  readonly tag: number;
  /** The body of the POST: `eventAuth` is a JWT that the relay has signed. */
  readonly body: string;
}

/** Webhooks of all clients. */
export interface Watches {
  readonly all: () => readonly Watch[];
  readonly events$: Observable<WatchEvent>;
  /** The did:key with which the relay signs. */
  readonly relayId: string;
  readonly register: (params: unknown) => void;
  readonly unregister: (params: unknown) => void;
  /** Tells those that watch this client. */
  readonly tell: (type: Watch['type'], status: WatchStatus, clientId: string, stored: MailboxMessage) => void;
  readonly end: () => void;
}

const most = 64;
const longest = 30 * 24 * 60 * 60; // seconds

/** Registrations last for 30 days at most; one of the same client and the same URLs replaces the one before. */
export function watchesOf(settings: RelaySettings): Watches {
  const { scheduler } = settings;
  const kept = new Map<string, Watch>();
  const events$ = new Subject<WatchEvent>();
  const key = relayKey(settings);
  const live = (): readonly Watch[] => {
    for (const [name, { expiresAt }] of kept) if (expiresAt <= scheduler.now()) kept.delete(name);
    return [...kept.values()];
  };
  return {
    all: live,
    events$: readOnly(events$),
    get relayId() {
      return key.id;
    },
    register: (params) => {
      const watch = watchFrom(claimsFrom(params, 'registerAuth', settings));
      const own = live().filter(({ clientId }) => clientId === watch.clientId);
      if (own.length >= most && !kept.has(nameOf(watch)))
        throw refusal('InvalidParams', `The client has ${most} webhooks already: unregister one.`);
      kept.set(nameOf(watch), watch);
    },
    unregister: (params) => {
      const { iss, sub, whu } = claimsFrom(params, 'unregisterAuth', settings);
      kept.delete(nameOf({ clientId: String(iss), serviceUrl: String(sub), webhookUrl: String(whu) }));
    },
    tell: (type, status, clientId, { topic, message, publishedAt, tag }) => {
      if (kept.size === 0) return;
      for (const watch of live()) {
        if (watch.clientId !== clientId || watch.type !== type) continue;
        if (!watch.statuses.includes(status) || !watch.tags.includes(tag)) continue;
        const event = { status, topic, message, publishedAt, tag };
        const eventAuth = key.sign({
          ...{ sub: watch.serviceUrl, aud: watch.clientId, act: 'irn_watchEvent' },
          ...{ typ: type, whu: watch.webhookUrl, evt: event },
        });
        events$.next({ ...event, watch, body: JSON.stringify({ eventAuth }) });
      }
    },
    end: () => events$.complete(),
  };
}

const nameOf = (watch: Pick<Watch, 'clientId' | 'serviceUrl' | 'webhookUrl'>): string =>
  JSON.stringify([watch.clientId, watch.serviceUrl, watch.webhookUrl]);

const acts = { registerAuth: 'irn_watchRegister', unregisterAuth: 'irn_watchUnregister' } as const;

function claimsFrom(params: unknown, name: keyof typeof acts, settings: RelaySettings): Fields {
  const jwt = isFields(params) ? params[name] : undefined;
  if (typeof jwt !== 'string') throw invalid(`\`${name}\` is not a JWT`);
  const { scheduler, audience, checkJwt } = settings;
  const claims = claimsOf(jwt, { now: scheduler.now(), audience, isProven: checkJwt });
  if (claims['act'] !== acts[name]) throw invalid(`\`act\` of the JWT is not "${acts[name]}"`);
  return claims;
}

function watchFrom({ iss, sub, typ, whu, tag, sts, iat, exp }: Fields): Watch {
  if (typ !== 'publisher' && typ !== 'subscriber')
    throw invalid('`typ` of the JWT is neither publisher nor subscriber');
  if (!isUrl(whu)) throw invalid('`whu` of the JWT is not a URL');
  if (!Array.isArray(tag) || !tag.every((each) => Number.isInteger(each)))
    throw invalid('`tag` of the JWT is not an array of whole numbers');
  if (!Array.isArray(sts) || !sts.every(isStatus))
    throw invalid('`sts` of the JWT is not an array of accepted, queued and delivered');
  if (Number(exp) - Number(iat) > longest) throw invalid('the JWT lasts for more than 30 days');
  return {
    ...{ clientId: String(iss), type: typ, serviceUrl: String(sub), webhookUrl: whu },
    ...{ tags: tag as readonly number[], statuses: sts, expiresAt: Number(exp) * 1000 },
  };
}

const isStatus = (value: unknown): value is WatchStatus =>
  value === 'accepted' || value === 'queued' || value === 'delivered';

const isUrl = (value: unknown): value is string =>
  typeof value === 'string' && /^https?:\/\/\S+$/.test(value) && value.length <= 2048;

const invalid = (why: string): Error => refusal('InvalidParams', `The params cannot be used: ${why}.`);
