import { version } from '../../base/version.js';

/** CSV2: version of Ably's protocol. */
export const protocolVersion = '6';

/** RSC7d1: name and version of this library, and of the platform where it has one. */
export const agentOf = ({ agent }: { readonly agent: string }): string =>
  `rx-realtime/${version}${agent && ` ${agent}`}`;
