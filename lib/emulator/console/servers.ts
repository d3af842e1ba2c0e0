import type { Emulator } from '../ably/server.js';
import type { RelayEmulator } from '../relay/relay.js';

/** The servers that a console shows; either may be missing. */
export interface ConsoleServers {
  readonly ably: { readonly url: string; readonly emulator: Emulator } | undefined;
  readonly relay: { readonly url: string; readonly relay: RelayEmulator } | undefined;
}
