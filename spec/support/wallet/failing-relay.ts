import { createRelay, inMemoryRelay, type RelayEmulator } from '../../../lib/emulator/index.js';

type Ping = () => void;

/** A relay that can be restarted, with its memory and without, and the sockets that end in it; all in the timers of the platform. */
export interface FailingRelay {
  readonly webSocketCtor: typeof WebSocket;
  readonly now: () => RelayEmulator;
  /** Counts the sockets that were made. */
  readonly dials: () => number;
  /** Drops all sockets, and takes none for so many ms. */
  readonly fail: (ms: number) => void;
  /** The same, and everything is forgotten. */
  readonly forget: (ms: number) => void;
  readonly end: () => void;
}

export function failingRelay(): FailingRelay {
  const pings = new Map<string, Ping>();
  let relay = createRelay();
  let failing = 0;
  const front: Pick<RelayEmulator, 'maxFrameSize' | 'admit' | 'connect' | 'request'> = {
    maxFrameSize: relay.maxFrameSize,
    admit: (request) => (failing > 0 ? 'drop' : relay.admit(request)),
    connect: (request, transport) => {
      const ping = (): void => pings.get(request.params.get('socket') ?? '')?.();
      return relay.connect(request, { ...transport, ping });
    },
    request: (request) => relay.request(request),
  };
  const memory = inMemoryRelay({ relay: front as RelayEmulator, latency: 5 });
  const fail = (ms: number): void => {
    failing += 1;
    for (const connection of relay.connections) connection.drop();
    setTimeout(() => (failing -= 1), ms);
  };
  return {
    webSocketCtor: pinged(memory.webSocketCtor, pings),
    now: () => relay,
    dials: () => pings.size,
    fail,
    forget: (ms) => {
      fail(ms);
      relay.dispose();
      relay = createRelay();
    },
    end: () => {
      relay.dispose();
      memory.close();
    },
  };
}

/** Sockets that show pings as those of `ws` do: the SDK takes a silent relay for lost only if it has seen one. */
function pinged(base: new (url: string) => WebSocket, pings: Map<string, Ping>): typeof WebSocket {
  const ctor = class extends base {
    readonly #number = String(pings.size);

    constructor(url: string | URL) {
      super(`${String(url)}&socket=${pings.size}`);
      pings.set(this.#number, () => undefined);
    }

    on(event: string, listener: Ping): void {
      if (event === 'ping') pings.set(this.#number, listener);
    }
  };
  return ctor as unknown as typeof WebSocket;
}
