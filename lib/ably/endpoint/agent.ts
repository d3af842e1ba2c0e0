import { version } from '../../version.js';
import type { Settings } from '../client/settings.js';

/** CSV2 */
export const protocolVersion = '6';

/** RSC7d1 */
export const agentOf = ({ platform: { agent } }: Pick<Settings, 'platform'>): string =>
  `rx-realtime/${version}${agent && ` ${agent}`}`;
