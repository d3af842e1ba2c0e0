import { respondError } from './ably/rest/response.js';
import type { Emulator } from './ably/server.js';
import { refusal, wireErrorOf } from './ably/wire/errors.js';
import type { HttpRequest, HttpResponse, ServerCore } from './host/server-core.js';

/**
 * Adapts an Ably emulator to the host. Refused connections still open, because the error is sent over the WebSocket
 * (RTN15j). Requests to `/auth` are answered where `isAuthServed` says so.
 */
export const coreOf = (
  emulator: Emulator,
  isAuthServed: (request: HttpRequest) => boolean = () => true,
): ServerCore => ({
  maxFrameSize: emulator.maxFrameSize,
  admit: () => (emulator.refusing === 'drop' ? 'drop' : 'open'),
  connect: (request, transport) => emulator.connect(request, transport),
  request: (request) =>
    request.path !== '/auth' || request.method === 'OPTIONS' || isAuthServed(request)
      ? emulator.request(request)
      : refuseAuth(request),
});

const refuseAuth = (request: HttpRequest): HttpResponse => respondError(request, wireErrorOf(authIsOff()));

const authIsOff = (): Error =>
  refusal(
    40300,
    403,
    'The auth server is off, because others than this machine can ask it: turn it on with the option `authServer`, or --auth.',
  );
