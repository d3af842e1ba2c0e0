import type { Attempt } from '../../connection/state.js';
import type { Address } from '../../socket/address.js';
import { agentOf, protocolVersion } from '../agent.js';
import { authorization, authParams } from '../auth/credentials.js';
import { inUrl } from '../endpoint.js';
import type { Settings } from '../settings.js';
import type { AblySession } from './session.js';

type Params = Readonly<Record<string, string>>;

/** RTN2: the URL of a connection attempt; key or token and agent go into headers where there are any (RSC7d2, RSC7d3). */
export function addressOf(settings: Settings, { host, resume }: Attempt<AblySession>): Address {
  const { credentials, platform, tls, port } = settings;
  const agent = agentOf(settings);
  const params: Params = {
    v: protocolVersion, // RTN2f
    format: settings.codec.format, // RTN2a
    echo: String(settings.echoMessages), // RTN2b
    heartbeats: String(!platform.pings), // RTN23b
    ...(settings.clientId !== undefined && { clientId: settings.clientId }), // RTN2d
    ...(!platform.headers && { ...authParams(credentials), agent }), // RTN2e
    ...(resume && { [resume.extra.recovered ? 'recover' : 'resume']: resume.extra.key }), // RTN15b1, RTN16k
    ...settings.transportParams, // RTC1f1
  };
  const authority = `${inUrl(host)}:${port}`;
  return {
    url: `${tls ? 'wss' : 'ws'}://${authority}/?${new URLSearchParams(params).toString()}`,
    ...(platform.headers && { headers: { Authorization: authorization(credentials), 'Ably-Agent': agent } }),
  };
}
