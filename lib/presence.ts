export { presence } from './ably/presence/on-channel-change.js';
export type { HoldOptions, PresenceStatus } from './ably/presence/keep-present.js';
export {
  type PresenceFilter,
  presenceOf,
  type PresenceOptions,
  type PresenceParams,
  type RealtimePresence,
} from './ably/presence/presence.js';
export type { PresenceChange } from './ably/presence/presence-map.js';
export type { Members } from './ably/presence/members.js';
export { type PresenceAction, PresenceMessage } from './ably/wire/presence-message.js';
