export { runMarbles } from './marbles.js';
export type { MarbleHelpers, MarbleOptions } from './marbles.js';
export { realtimeTesting } from './realtime.js';
export type { RealtimeTesting, RealtimeTestingOptions, TestedChannel, TestedPresence } from './realtime.js';
export { relayTesting } from './relay.js';
export type { RelayTesting, RelayTestingOptions, TestedTopic } from './relay.js';
