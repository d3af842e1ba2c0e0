import type { Action } from './actions.js';
import type { WireError } from './error-info.js';
import type { WireObjectMessage } from './object-message.js';

/** TM2, as it travels: every field may be missing; on the way out `null` and absent mean the same (RSL1e). */
export interface WireMessage {
  readonly id?: string;
  readonly name?: string;
  readonly data?: unknown;
  readonly encoding?: string;
  readonly clientId?: string;
  readonly connectionId?: string;
  /** TM2h: only on the way out. */
  readonly connectionKey?: string;
  readonly timestamp?: number;
  readonly extras?: unknown;
  readonly action?: number;
  readonly serial?: string;
  readonly version?: WireVersion;
  readonly annotations?: { readonly summary?: Readonly<Record<string, unknown>> };
}

/** TM2s */
export interface WireVersion {
  readonly serial?: string;
  readonly timestamp?: number;
  readonly clientId?: string;
  readonly description?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** TAN2, as it travels; every field may be missing. */
export interface WireAnnotation {
  readonly id?: string;
  readonly action?: number;
  readonly clientId?: string;
  readonly name?: string;
  readonly count?: number;
  readonly data?: unknown;
  readonly encoding?: string;
  readonly timestamp?: number;
  readonly serial?: string;
  readonly messageSerial?: string;
  readonly type?: string;
  readonly extras?: unknown;
}

/** CD2 */
export interface ConnectionDetails {
  readonly clientId?: string;
  readonly connectionKey?: string;
  readonly maxMessageSize?: number;
  readonly maxFrameSize?: number;
  readonly maxInboundRate?: number;
  readonly connectionStateTtl?: number;
  readonly serverId?: string;
  readonly maxIdleInterval?: number;
  readonly objectsGCGracePeriod?: number;
  readonly siteCode?: string;
}

/** TR4s: the serials of one acknowledged publish; `null` where a message was conflated away. */
export interface PublishResult {
  readonly serials: readonly (string | null)[];
}

/**
 * TR4: one frame, in or out. One flat shape for all actions, because that is what keeps the property accesses of the
 * hot path monomorphic; `action` says which fields matter.
 */
export interface ProtocolMessage {
  readonly action: Action;
  readonly id?: string;
  readonly channel?: string;
  readonly channelSerial?: string;
  readonly connectionId?: string;
  readonly connectionDetails?: ConnectionDetails;
  readonly count?: number;
  readonly error?: WireError;
  readonly flags?: number;
  readonly msgSerial?: number;
  readonly messages?: readonly WireMessage[];
  readonly presence?: readonly WireMessage[];
  readonly annotations?: readonly WireAnnotation[];
  /** TR4r */
  readonly state?: readonly WireObjectMessage[];
  readonly timestamp?: number;
  readonly params?: Readonly<Record<string, string>>;
  readonly auth?: { readonly accessToken?: string };
  readonly res?: readonly PublishResult[];
}
