import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { EventSchemas, PayloadRules } from '../channel/options.js';
import type { Feature } from '../channel/port.js';
import { invalid } from '../check-options.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { Message, Report } from '../wire/message.js';
import type { OutgoingMessage } from '../wire/outgoing.js';

/** Payloads as schemas return them: those that are received. */
export type OutputsOf<Schemas extends EventSchemas> = {
  readonly [Name in keyof Schemas]: StandardSchemaV1.InferOutput<Schemas[Name]>;
};
/** The payloads that schemas take: what is published. */
export type InputsOf<Schemas extends EventSchemas> = {
  readonly [Name in keyof Schemas]: StandardSchemaV1.InferInput<Schemas[Name]>;
};

/** Schemas by name; a name without one takes anything. */
export type Schemas = ReadonlyMap<string | undefined, StandardSchemaV1>;

/**
 * Lets channels have the option `schemas` (Standard Schema), which check the payloads that are received and published by
 * event name. A received payload that is refused is not delivered and is 40013 on `errors$`; a refused publish rejects with
 * 40013. A schema that answers with a Promise refuses. Without this feature the option throws 40019.
 *
 * @example
 * ```ts
 * const client = createClient({ key, features: [schemas] });
 * const channel = client.channel('chat', { schemas: { greeting: z.object({ text: z.string() }) } });
 * ```
 */
export const schemas: Feature = () => ({ payloads: payloadRulesOf });

/** The rules that the option `schemas` stands for; `undefined` where it names no event. Throws 40000. */
export function payloadRulesOf(given: EventSchemas): PayloadRules | undefined {
  const byName = schemasOf(given);
  return (
    byName && {
      accept: (message, report) => conforming(message, byName, report),
      check: (message) => {
        checkOutgoing(message, byName);
      },
    }
  );
}

/** The option, checked; `undefined` where there is none. Throws 40000. */
function schemasOf(schemas: EventSchemas): Schemas | undefined {
  const entries = Object.entries(schemas);
  for (const [name, schema] of entries)
    if (!isSchema(schema)) throw invalid(`schemas.${name}`, 'a Standard Schema (https://standardschema.dev)');
  return entries.length > 0 ? new Map(entries) : undefined;
}

function isSchema(schema: unknown): boolean {
  const standard = (schema as Partial<StandardSchemaV1> | null | undefined)?.['~standard']; // also of a function
  return typeof standard?.validate === 'function';
}

/**
 * A message as its schema has it; `undefined`, with a report, where that refuses it. Only a payload that is one is looked
 * at: a deletion, a summary or an appended piece passes as it is.
 */
export function conforming(message: Message, schemas: Schemas, report: Report): Message | undefined {
  const { name, data, action, id, serial } = message;
  const schema = schemas.get(name);
  if (!schema || (action !== 'message.create' && action !== 'message.update')) return message;
  const outcome = outcomeOf(schema, data);
  if ('value' in outcome) return outcome.value === data ? message : { ...message, data: outcome.value };
  const which = `message ${id ?? 'without an id'}${serial === undefined ? '' : ` (serial ${serial})`}`;
  const what = `The ${which}, named "${name ?? ''}", was not delivered: ${outcome.problem}`;
  report(new ErrorInfo(`${what} Mend what publishes it, or the schema.`, { code: 40013 }));
  return undefined;
}

/** Throws 40013 where the payload is none that the schema of the message's name takes. */
export function checkOutgoing({ name, data }: OutgoingMessage, schemas: Schemas): void {
  const schema = schemas.get(name ?? undefined);
  const outcome = schema && outcomeOf(schema, data);
  if (!outcome || 'value' in outcome) return;
  throw new ErrorInfo(
    `Nothing was published as "${name ?? ''}": ${outcome.problem} Publish what it takes, or mend it.`,
    {
      code: 40013,
    },
  );
}

type Outcome = { readonly value: unknown } | { readonly problem: string };

/** Has a schema check a payload, which itself is never repeated: it may be secret, and so may the issues' texts. */
function outcomeOf(schema: StandardSchemaV1, data: unknown): Outcome {
  try {
    const result = schema['~standard'].validate(data);
    if ('then' in result) {
      result.then(undefined, () => undefined); // its outcome does not matter
      return { problem: 'its schema answers with a Promise, and has to answer at once.' };
    }
    return result.issues
      ? { problem: `its schema refuses the payload${placesOf(result.issues)}.` }
      : { value: result.value };
  } catch (error) {
    return { problem: `its schema threw ${error instanceof Error ? `a ${error.name}` : 'something'}.` };
  }
}

const mostPlaces = 10;

function placesOf(issues: readonly StandardSchemaV1.Issue[]): string {
  const places = [...new Set(issues.map(({ path = [] }) => path.map(keyOf).join('.')))].filter(
    (place) => place,
  );
  if (places.length === 0) return '';
  const more = places.length > mostPlaces ? ` and ${places.length - mostPlaces} more` : '';
  return ` (at ${places.slice(0, mostPlaces).join(', ')}${more})`;
}

const keyOf = (segment: PropertyKey | StandardSchemaV1.PathSegment): string =>
  String(typeof segment === 'object' ? segment.key : segment);
