import { listenRelay, type ListeningRelay, type ReplayOptions } from '../../emulator/index.js';
import { portOf } from '../parse.js';
import type { Callers } from './callers.js';
import type { Started } from './started.js';

export const relayFlags = {
  project: { type: 'string', multiple: true },
  'no-jwt': { type: 'boolean', default: false },
} as const;

export const relayUsage = `Options of the relay:
  --project <id>         an admitted project id, may be repeated (default: all)
  --no-jwt               admits clients without a JWT
`;

export interface RelayPart {
  readonly port: number;
  readonly projects: readonly string[] | undefined;
  readonly checkJwt: boolean;
}

interface Values {
  readonly project?: readonly string[] | undefined;
  readonly 'no-jwt': boolean;
}

export const relayPart = (values: Values, port: string): RelayPart => ({
  port: portOf(port),
  projects: values.project,
  checkJwt: !values['no-jwt'],
});

export async function startRelay(
  callers: Callers,
  { port, projects, checkJwt }: RelayPart,
  replay: ReplayOptions,
): Promise<Started & { readonly server: ListeningRelay }> {
  const server = await listenRelay({
    ...{ port, ...callers, checkJwt, ...replay },
    ...(projects && { projects }),
  });
  const shown = (projects ?? []).map((project) => `  project  ${project}`);
  return {
    server,
    lines: ['rx-realtime relay', `  url  ${server.url}`, ...shown],
    warning: `The relay serves everybody${projects ? ' who knows a project id' : ''}.`,
    close: () => server.close(),
  };
}
