import { canRenew, usesTokens } from '../auth/auth-options.js';
import { unrenewable } from '../auth/errors.js';
import type { LogEvent, LogLevel } from '../../log.js';
import type { Settings } from './settings.js';

/** What is worth a word before anything has happened. */
export function startupWarnings({ authOptions, tls }: Settings): readonly (readonly [LogLevel, LogEvent])[] {
  if (!usesTokens(authOptions))
    return tls
      ? []
      : [['warn', { message: 'The key travels without TLS. That is allowed to loopback addresses only.' }]];
  if (canRenew(authOptions)) return [];
  const error = unrenewable();
  const message = `The connection will fail when the token is over: ${error.message} See ${error.href}`;
  return [['info', { message, error }]]; // RSA4a1
}
