import type { HttpRequest, HttpResponse, ServerCore } from './server-core.js';

/** The room behind a side door: like a server, but it may take its time to answer. */
export interface SideRoom extends Pick<ServerCore, 'maxFrameSize' | 'admit' | 'connect'> {
  /** Path of its WebSocket. */
  readonly path: string;
  /** Ends what goes on without a caller. */
  readonly close: () => void;
  readonly request: (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;
}

/** Something that a host serves beside its server. */
export interface SideDoor {
  /** True for the paths that it serves. */
  readonly leadsTo: (path: string) => boolean;
  /** Opens it with the first request; the same room each time. */
  readonly open: () => Promise<SideRoom>;
  /** Closes the room, if it was opened. */
  readonly close: () => void;
}
