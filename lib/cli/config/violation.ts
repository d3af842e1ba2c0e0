/** The part of JSON Schema that is used here. */
export interface Schema {
  readonly $schema?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: 'object' | 'array' | 'string' | 'boolean' | 'integer';
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  /** `false` where there are no others; a schema for all others. */
  readonly additionalProperties?: false | Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  /** A text that fits the pattern, for the error. */
  readonly example?: string;
}

/** The first thing that is wrong with a value: where, and why. It does not repeat the value, which may be a secret. */
export interface Violation {
  /** As in `presenceFixtures.room[0].clientId`; empty for the whole. */
  readonly path: string;
  readonly why: string;
}

/** Checks a value by a schema; undefined where all is well. */
export function violationOf(value: unknown, schema: Schema, path = ''): Violation | undefined {
  switch (schema.type) {
    case 'object':
      return isFields(value) ? ofObject(value, schema, path) : { path, why: 'it has to be an object, { … }' };
    case 'array':
      return Array.isArray(value)
        ? ofArray(value, schema, path)
        : { path, why: 'it has to be a list, [ … ]' };
    case 'string':
      return ofText(value, schema, path);
    case 'integer':
      return ofNumber(value, schema, path);
    case 'boolean':
      return typeof value === 'boolean' ? undefined : { path, why: 'it has to be true or false' };
    default:
      return undefined;
  }
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function ofObject(value: Fields, schema: Schema, path: string): Violation | undefined {
  const { properties = {}, additionalProperties, required = [] } = schema;
  const missing = required.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) return { path, why: `it has no "${missing}"` };
  return firstOf(Object.entries(value), ([name, field]) => {
    const at = /^[$\w]+$/.test(name) ? `${path && `${path}.`}${name}` : `${path}[${JSON.stringify(name)}]`;
    const known = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    if (known === false) return { path: at, why: `there is no such field; there are ${namesOf(properties)}` };
    return known && violationOf(field, known, at);
  });
}

const namesOf = (properties: Readonly<Record<string, Schema>>): string =>
  Object.keys(properties)
    .filter((name) => name !== '$schema')
    .join(', ');

function ofArray(
  value: readonly unknown[],
  { items, minItems = 0 }: Schema,
  path: string,
): Violation | undefined {
  if (value.length < minItems) return { path, why: 'it is empty' };
  return (
    items &&
    firstOf(
      value.map((item, at) => [item, at] as const),
      ([item, at]) => violationOf(item, items, `${path}[${String(at)}]`),
    )
  );
}

function ofText(value: unknown, { pattern = '', example }: Schema, path: string): Violation | undefined {
  if (typeof value === 'string' && new RegExp(pattern, 's').test(value)) return undefined;
  return {
    path,
    why: `it has to be a text${example === undefined ? '' : ` like "${example}"`}${value === '' ? ' that is not empty' : ''}`,
  };
}

function ofNumber(
  value: unknown,
  { minimum = 0, maximum = Infinity }: Schema,
  path: string,
): Violation | undefined {
  if (Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum) return undefined;
  return { path, why: `it has to be a whole number from ${String(minimum)} to ${String(maximum)}` };
}

function firstOf<T>(values: readonly T[], check: (value: T) => Violation | undefined): Violation | undefined {
  for (const value of values) {
    const found = check(value);
    if (found) return found;
  }
  return undefined;
}
