import { randomText } from '../../../rx/clock.js';
import { isLoopbackOrigin } from '../../host/loopback.js';
import type { ConnectRequest } from '../../host/server-core.js';
import { refusal } from '../relay-error.js';
import type { RelaySettings } from '../settings.js';
import { clientIdOf, unprovenClientIdOf } from './jwt.js';

/** Identity of a connecting client. */
export interface Identity {
  /** Owner of the mailbox. */
  readonly clientId: string;
  readonly projectId: string | undefined;
}

/** Identifies a client. Throws the RelayError that refuses it. */
export function identityOf(request: ConnectRequest, settings: RelaySettings): Identity {
  const projectId = request.params.get('projectId') ?? undefined;
  demandProject(projectId, settings.projects);
  demandOrigin(request.headers?.['origin'], settings.origins);
  return { clientId: clientOf(request, settings), projectId };
}

function demandProject(projectId: string | undefined, projects: readonly string[] | undefined): void {
  if (!projects) return;
  if (projectId === undefined || projectId === '')
    throw refusal('ProjectIdNotSpecified', 'Project ID is missing: give the parameter projectId.');
  if (!projects.includes(projectId))
    throw refusal('ProjectNotFound', 'Project not found: use one of the option `projects`.');
}

function demandOrigin(origin: string | undefined, origins: readonly string[] | undefined): void {
  if (!isOriginAllowed(origin, origins))
    throw refusal('OriginNotAllowed', 'Origin not allowed: use one of the option `origins`.');
}

/** Decides about an Origin, which only browsers send; those of loopback are always allowed. */
export const isOriginAllowed = (
  origin: string | undefined,
  origins: readonly string[] | undefined,
): boolean => !origins || origin === undefined || origins.includes(origin) || isLoopbackOrigin(origin);

function clientOf(request: ConnectRequest, settings: RelaySettings): string {
  const { checkJwt, audience, random, scheduler } = settings;
  if (!checkJwt) return claimedClientOf(request) ?? `anonymous-${randomText(16, random)}`;
  const jwt = jwtIn(request);
  if (jwt === '')
    throw refusal('MissingJwt', 'JWT is missing: send it as the parameter auth, or as a Bearer token.');
  return clientIdOf(jwt, { now: scheduler.now(), audience });
}

/** The client id that a request claims, unproven; undefined where it claims none. */
export const claimedClientOf = (request: ConnectRequest): string | undefined =>
  unprovenClientIdOf(jwtIn(request)) ?? request.params.get('clientId') ?? undefined;

function jwtIn({ params, headers }: ConnectRequest): string {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(headers?.['authorization'] ?? '') ?? [];
  return params.get('auth') ?? bearer ?? '';
}
