import { defer, map } from 'rxjs';
import { type Command, finite } from '../command.js';
import { UsageError } from '../exit.js';
import { durationOf, objectIn, parsed } from '../parse.js';
import { jsonLine } from '../printable.js';
import { sessionFlags, sessionUsage, withClient } from './session.js';

const usage = `Usage: rx-realtime token [options]

Prints a token of the key: a secret, by which others get in for a while. With --json its details.

  --ttl <time>           how long it holds, such as 10m or 2h (default: the server's, an hour)
  --capability <json>    what it permits (default: all that the key does)
  --request              prints a signed request for a token instead, which asks no server

${sessionUsage}
Examples:
  rx-realtime token --client-id ann --ttl 10m
  rx-realtime token --capability '{"chat":["subscribe"]}'
  rx-realtime subscribe chat --token "$(rx-realtime token --ttl 1h)"
`;

const flags = {
  ...sessionFlags,
  ttl: { type: 'string' },
  capability: { type: 'string' },
  request: { type: 'boolean', default: false },
} as const;

/** Prints a token, or a request for one. */
export const token: Command = {
  usage,
  run: (args, terminal) => {
    const { values, positionals } = parsed(args, flags);
    if (positionals[0] !== undefined)
      throw new UsageError(`The argument "${positionals[0]}" is one too many.`);
    const { ttl: ttlText, 'client-id': clientId, request, json } = values;
    const ttl = ttlText === undefined ? undefined : durationOf(ttlText);
    if (ttlText !== undefined && !ttl)
      throw new UsageError(`The option --ttl is "${ttlText}": give a time like 10m or 2h.`);
    if (values.capability !== undefined) checkCapability(values.capability);
    const params = {
      ...(ttl !== undefined && { ttl }),
      ...(clientId !== undefined && { clientId }),
      ...(values.capability !== undefined && { capability: values.capability }),
    };
    return withClient(values, terminal, ({ client: { auth } }) =>
      request
        ? defer(() => auth.createTokenRequest(params)).pipe(map(jsonLine), finite(terminal))
        : defer(() => auth.requestToken(params)).pipe(
            map((details) => (json ? jsonLine(details) : details.token)),
            finite(terminal),
          ),
    );
  },
};

/** Throws a UsageError unless it is an object of lists of operations; the server knows which of these there are. */
function checkCapability(text: string): void {
  const isList = (value: unknown): boolean =>
    Array.isArray(value) && value.length > 0 && value.every((operation) => typeof operation === 'string');
  const wrong = Object.entries(objectIn('capability', text)).find(([, value]) => !isList(value));
  if (wrong)
    throw new UsageError(
      `The option --capability has no list of operations for "${wrong[0]}": write it like '{"chat":["subscribe"]}'.`,
    );
}
