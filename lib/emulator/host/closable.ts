import type { ServerCore, Transport } from './server-core.js';

/** A server core whose sockets can be ended together, with the server or without. */
export interface Closable {
  readonly core: ServerCore;
  /** Drops the sockets that were opened through this core, and refuses further ones. */
  readonly close: () => void;
}

export function closable(core: ServerCore): Closable {
  const open = new Set<Transport>();
  let closed = false;
  return {
    core: {
      maxFrameSize: core.maxFrameSize,
      admit: (request) => (closed ? 'drop' : core.admit(request)),
      connect: (request, transport) => {
        open.add(transport);
        const { receive, ended } = core.connect(request, transport);
        return {
          receive,
          ended: () => {
            open.delete(transport);
            ended();
          },
        };
      },
      request: (request) =>
        closed ? { status: 503, headers: {}, body: new Uint8Array() } : core.request(request),
    },
    close: () => {
      closed = true;
      for (const transport of open) transport.terminate();
    },
  };
}
