import type { Attempt } from '../../connection/state.js';
import type { Codec } from '../../codec/codec.js';
import type { Address, Platform } from '../../socket/types.js';
import { agentOf, protocolVersion } from '../endpoint/agent.js';
import { authorization, authParams, type Credentials } from '../auth/credentials.js';
import { type Door, originOf } from '../endpoint/hosts.js';
import type { AblySession } from './session.js';

type Params = Readonly<Record<string, string>>;

/** Settings of the client that its connection is made with. */
export interface TransportSettings extends Door {
  readonly platform: Pick<Platform, 'headers' | 'pings' | 'agent'>;
  readonly codec: Codec;
  readonly echoMessages: boolean;
  readonly clientId: string | undefined;
  readonly transportParams: Params;
}

/** RTN2: where to dial. The key and the agent go into headers where the platform can send them (RSC7d2, RSC7d3). */
export function addressOf(
  settings: TransportSettings,
  { host, resume }: Attempt<AblySession>,
  credentials: Credentials,
): Address {
  const { platform } = settings;
  const inHeader = platform.headers && credentials.type === 'key';
  const agent = agentOf(platform);
  const params: Params = {
    v: protocolVersion, // RTN2f
    format: settings.codec.format, // RTN2a
    echo: String(settings.echoMessages), // RTN2b
    heartbeats: String(!platform.pings), // RTN23b
    ...(settings.clientId !== undefined && { clientId: settings.clientId }), // RTN2d
    ...(!inHeader && authParams(credentials)), // RTN2e, RSA3c
    ...(!platform.headers && { agent }),
    ...(resume &&
      resume.extra.key !== '' && { [resume.extra.recovered ? 'recover' : 'resume']: resume.extra.key }), // RTN15b1, RTN16k
    ...settings.transportParams, // RTC1f1
  };
  return {
    url: `${originOf('ws', host, settings)}/?${new URLSearchParams(params).toString()}`,
    ...(platform.headers && {
      headers: { ...(inHeader && { Authorization: authorization(credentials) }), 'Ably-Agent': agent },
    }),
  };
}
