import type { PresenceMessage } from '../wire/presence-message.js';

/** RTP2: the members, by `memberKey`. */
export type Members = ReadonlyMap<string, PresenceMessage>;
