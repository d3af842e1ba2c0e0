export { createEmulator } from './ably/server.js';
export type { Emulator } from './ably/server.js';
export type { EmulatedPresence } from './ably/presence/emulated-presence.js';
export type { EmulatedObjects } from './ably/objects/emulated-objects.js';
export type { ObjectFaults } from './ably/objects/object-faults.js';
export type { ObjectSyncOptions } from './ably/objects/object-sync.js';
export type { PresentMember } from './ably/presence/present-member.js';
export type { PublishedMessage } from './ably/messages/server-publish.js';
export type { Capability } from './ably/auth/capability.js';
export type { Revoked, RevokeOptions } from './ably/auth/revocations.js';
export type { TokenDetails } from './ably/auth/tokens/token-details.js';
export type { TokenParams } from './ably/auth/tokens/token-params.js';
export type { AuthRequest } from './ably/rest/auth-requests.js';
export type { EmulatorOptions } from './ably/settings.js';
export type { ConnectionStatus, EmulatedConnection } from './ably/connections/emulated-connection.js';
export type { ChannelFaults, Reattach } from './ably/attachments/channel-faults.js';
export type { PresenceFaults } from './ably/presence/presence-faults.js';
export type { SyncOptions } from './ably/presence/sync.js';
export type { EmulatedChannel } from './ably/channels/emulated-channel.js';
export type { Breakage } from './ably/delta/deltas.js';
export type { Member } from './ably/presence/members.js';
export type { NamespaceRules, Namespaces } from './ably/channels/namespaces.js';
export type {
  ConnectRequest,
  HttpRequest,
  HttpResponse,
  Session,
  SocketTraffic,
  Transport,
  TransportEnd,
} from './host/server-core.js';
export type { Metrics } from './ably/occupancy/metrics.js';
export type { ConsoleOption } from './console-door.js';
export { listen } from './listen.js';
export type { ListeningEmulator, ListenOptions } from './listen.js';
export { inMemory } from './memory.js';
export type { InMemory, InMemoryOptions } from './memory.js';
export { createRelay } from './relay/relay.js';
export type { RelayEmulator, RememberedClient } from './relay/relay.js';
export type { StoredMessage } from './relay/mailboxes/stored-message.js';
export type { RateLimit, RelayLimits, RelayOptions } from './relay/settings.js';
export type { AcceptedPublish } from './relay/mailboxes/accepted-publishes.js';
export type { EmulatedRelayConnection } from './relay/connections/relay-connection.js';
export type { ReceivedText } from './relay/connections/connections.js';
export type { RelayRefusing } from './relay/connections/admission.js';
export type { RelayCalls, RelayFaults } from './relay/connections/faults.js';
export type { RpcError } from './relay/relay-error.js';
export type { Watch, WatchEvent, WatchStatus } from './relay/watches/watches.js';
export { recordingOf } from './recording/recording-of.js';
export type { RecordingOptions } from './recording/recording-of.js';
export type {
  RecordedEnd,
  RecordedFrame,
  RecordedLine,
  RecordedOpening,
  RecordedSilence,
  RecordingFull,
  RecordingStart,
} from './recording/recorded-line.js';
export type { ReplayOptions } from './replay/replayed.js';
export { listenRelay } from './listen-relay.js';
export type { ListeningRelay, ListenRelayOptions } from './listen-relay.js';
export { inMemoryRelay } from './memory-relay.js';
export type { InMemoryRelay, InMemoryRelayOptions } from './memory-relay.js';
