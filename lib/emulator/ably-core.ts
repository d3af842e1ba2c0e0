import type { Emulator } from './ably/server.js';
import type { ServerCore } from './host/server-core.js';

/** An Ably emulator as those see it who put it on sockets: it tells over the WebSocket what it refuses (RTN15j). */
export const coreOf = (emulator: Emulator): ServerCore => ({
  maxFrameSize: emulator.maxFrameSize,
  admit: () => (emulator.refusing === 'drop' ? 'drop' : 'open'),
  connect: (request, transport) => emulator.connect(request, transport),
  request: (request) => emulator.request(request),
});
