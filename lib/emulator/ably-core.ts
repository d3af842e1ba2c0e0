import type { Emulator } from './ably/server.js';
import type { ServerCore } from './host/server-core.js';

/**
 * Adapts an Ably emulator to the host. Refused connections still open, because the error is sent over the WebSocket
 * (RTN15j).
 */
export const coreOf = (emulator: Emulator): ServerCore => ({
  maxFrameSize: emulator.maxFrameSize,
  admit: () => (emulator.refusing === 'drop' ? 'drop' : 'open'),
  connect: (request, transport) => emulator.connect(request, transport),
  request: (request) => emulator.request(request),
});
