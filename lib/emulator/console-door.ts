import type { ConsoleServers } from './console/servers.js';
import { hostName, isLoopback } from './host/loopback.js';
import type { Headers } from './host/server-core.js';
import type { SideDoor, SideRoom } from './host/side-door.js';
import { type AllowedCallers, gateOf, type Refusal } from './host/sockets/gate.js';

/** Option of a server that listens. */
export interface ConsoleOption {
  /**
   * Serves the console, a page that shows the server and makes its faults, at `/console/`. Default: only to callers of this
   * machine, by a loopback `host`, a loopback Host header and no foreign Origin. `true` serves it to all that are let in,
   * `false` to nobody. See docs/console.md.
   */
  readonly console?: boolean;
}

interface Options extends ConsoleOption, AllowedCallers {
  readonly host?: string;
}

/** A console, and what is to be told to it. */
interface Dependencies {
  readonly servers: () => ConsoleServers;
  /** In bytes. */
  readonly maxFrameSize: number;
}

/** The console of a server; its modules are loaded with the first request. Undefined where the option turns it off. */
export function consoleDoor(options: Options, dependencies: Dependencies): SideDoor | undefined {
  if (options.console === false) return undefined;
  const refusalOf = consoleGate(options);
  let opened: Promise<SideRoom> | undefined;
  return {
    leadsTo: (path) => path === '/console' || path.startsWith('/console/'),
    open: () =>
      (opened ??= import('./console-room.js').then(({ consoleRoom }) =>
        consoleRoom({ ...dependencies, refusalOf }),
      )),
    close: () => void opened?.then(({ close }) => close()),
  };
}

/** Decides about the callers of the console, who have passed the server's own gate. */
function consoleGate(options: Options): (headers: Headers) => Refusal | undefined {
  const { host = '127.0.0.1', console } = options;
  if (console === undefined && !isLoopback(hostName(host))) return () => isOff;
  const gate = console ? gateOf(host, options) : gateOf('localhost', {});
  return ({ host: name, origin }) => {
    const headersDistinct = {
      ...(name !== undefined && { host: [name] }),
      ...(origin !== undefined && { origin: [origin] }),
    };
    return gate({ headersDistinct }) && isOff;
  };
}

const isOff: Refusal = {
  status: 403,
  reason:
    'The console is off for callers from elsewhere than this machine: turn it on with the option `console`, or --console, and let them in by `allowedHosts` and `allowedOrigins`.',
};
