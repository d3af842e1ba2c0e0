import { respondError } from './ably/rest/response.js';
import type { Emulator } from './ably/server.js';
import { refusal, wireErrorOf } from './ably/wire/errors.js';
import type { HttpRequest, ServerCore } from './host/server-core.js';

/**
 * Adapts an Ably emulator to the host. Refused connections still open, because the error is sent over the WebSocket
 * (RTN15j). Requests that are for development alone are answered where `isServed` says so.
 */
export const coreOf = (
  emulator: Emulator,
  isServed: Readonly<Record<DevelopmentPart, (request: HttpRequest) => boolean>> = servedToAll,
): ServerCore => ({
  maxFrameSize: emulator.maxFrameSize,
  admit: () => (emulator.refusing === 'drop' ? 'drop' : 'open'),
  connect: (request, transport) => emulator.connect(request, transport),
  request: (request) => {
    const part = partOf(request);
    if (part === undefined || request.method === 'OPTIONS' || isServed[part](request))
      return emulator.request(request);
    return respondError(request, wireErrorOf(refusal(40300, 403, refusals[part])));
  },
});

/** A part that gives access to those without a key. */
type DevelopmentPart = 'auth' | 'sandbox';

const servedToAll = { auth: () => true, sandbox: () => true };

function partOf({ path }: HttpRequest): DevelopmentPart | undefined {
  if (path === '/auth') return 'auth';
  return /^\/apps(?:\/|$)/.test(path) ? 'sandbox' : undefined;
}

const refusals: Readonly<Record<DevelopmentPart, string>> = {
  auth: 'The auth server is off, because others than this machine can ask it: turn it on with the option `authServer`, or --auth.',
  sandbox: 'Apps are not created here: turn it on with the option `sandbox`, or --sandbox.',
};
