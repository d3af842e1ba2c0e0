export { relayerOf, type RelayerStorage, type RelayerOptions } from './walletconnect/relayer.js';
export {
  pings$,
  proposals$,
  requests$,
  session$,
  type SessionPing,
  type SessionProposal,
  type SessionRequest,
} from './walletconnect/streams.js';
