import { concat, from, map, type Observable } from 'rxjs';
import type { ProtocolMessage } from '../../ably/wire/frames.js';
import { byteLengthOf } from '../../codec/codec.js';
import type { Emulator } from '../ably/server.js';
import { encodeForFormat } from '../ably/channels/publication.js';
import type { Format } from '../ably/wire/formats.js';
import type { TransportEnd } from '../host/server-core.js';
import type { RelayEmulator } from '../relay/relay.js';
import { type PlainFrame, plainFrame, plainText } from './plain-frame.js';
import type { ServerName } from './recorded-line.js';

/** A frame that is made plain when it is asked for. */
export interface SeenFrame {
  readonly direction: 'in' | 'out';
  readonly plain: () => PlainFrame;
  /** As it travels, without the frame around it. */
  readonly bytes: () => number;
}

/** A connection of either server. */
export interface SeenConnection {
  readonly server: ServerName;
  readonly id: string;
  /** Id by which the console knows it: that of the client, on the relay. */
  readonly shownAs: string;
  readonly format: Format;
  readonly clientId: string | undefined;
  readonly cameFrom: string | undefined;
  readonly in$: Observable<SeenFrame>;
  readonly out$: Observable<SeenFrame>;
  readonly silent$: Observable<boolean>;
  readonly ended$: Observable<TransportEnd>;
}

/** A server whose connections can be seen. */
export type SeenServer = Emulator | RelayEmulator;

const isAbly = (server: SeenServer): server is Emulator => 'keyNames' in server;

export const nameOf = (server: SeenServer): ServerName => (isAbly(server) ? 'ably' : 'relay');

/** The connections of a server, those that are open now first; ends with the server. */
export const seenConnections = (server: SeenServer): Observable<SeenConnection> =>
  isAbly(server) ? ofAbly(server) : ofRelay(server);

const ofAbly = (server: Emulator): Observable<SeenConnection> =>
  concat(from(server.connections), server.connections$).pipe(
    map((connection) => {
      const { id, clientId, received$, sent$, silent$, ended$ } = connection;
      const { format, cameFrom } = connection.status;
      const seen = (direction: SeenFrame['direction']) =>
        map((frame: ProtocolMessage) => ({
          direction,
          plain: () => plainFrame(frame, server.keyNames),
          bytes: () => sizeOf(frame, format),
        }));
      return {
        ...{ server: 'ably' as const, id, shownAs: id, format, clientId, cameFrom },
        ...{ in$: received$.pipe(seen('in')), out$: sent$.pipe(seen('out')), silent$, ended$ },
      };
    }),
  );

const ofRelay = (server: RelayEmulator): Observable<SeenConnection> =>
  concat(from(server.connections), server.connections$).pipe(
    map(({ id, clientId, received$, sent$, silent$, ended$ }) => {
      const seen = (direction: SeenFrame['direction']) =>
        map((text: string) => ({
          direction,
          plain: () => plainText(text),
          bytes: () => byteLengthOf(text),
        }));
      return {
        ...{ server: 'relay' as const, id, shownAs: clientId, format: 'json' as const },
        ...{ clientId, cameFrom: undefined },
        ...{ in$: received$.pipe(seen('in')), out$: sent$.pipe(seen('out')), silent$, ended$ },
      };
    }),
  );

function sizeOf(frame: ProtocolMessage, format: Format): number {
  try {
    return byteLengthOf(encodeForFormat(frame, format).data);
  } catch {
    return 0; // a client has sent it, and it is not to be encoded
  }
}
