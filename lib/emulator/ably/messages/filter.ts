import { compile, type JSONValue, TreeInterpreter } from '@jmespath-community/jmespath';
import type { WireMessage } from '../../../ably/wire/frames.js';
import { fromBase64 } from '../../../codec/base64.js';
import { refusal } from '../wire/errors.js';
import { isFields } from '../wire/fields.js';
import { fromUtf8 } from '../../../codec/utf8.js';

/** True when a message passes to the derived channel. */
export type Filter = (message: WireMessage) => boolean;

const maxLength = 1024; // in characters
const maxNodes = 64;
/** Functions whose cost and result do not exceed the size of their arguments. */
const functions: ReadonlySet<unknown> = new Set([
  ...['abs', 'ceil', 'contains', 'ends_with', 'floor', 'keys', 'length', 'lower', 'max', 'min', 'not_null'],
  ...['starts_with', 'sum', 'to_number', 'trim', 'trim_left', 'trim_right', 'type', 'upper', 'values'],
]);

/**
 * RTS5: compiles a filter from its JMESPath expression in base64, over { name, clientId, headers, data }. A message
 * passes if the result is truthy in JMESPath: not null, false or empty. Throws 40003, a guess, on an unusable one.
 */
export function filterOf(base64: string): Filter {
  const expression = textOf(base64);
  if (expression.length > maxLength)
    throw refusal(40003, 400, `The filter is longer than ${maxLength} characters: use a shorter one.`);
  const tree = compileFilter(expression);
  const nodes = nodesOf(tree);
  if (nodes.length > maxNodes)
    throw refusal(40003, 400, `The filter has more than ${maxNodes} parts: use a simpler one.`);
  const foreign = nodes.find(({ type, name }) => type === 'Function' && !functions.has(name));
  if (foreign)
    throw refusal(
      40003,
      400,
      `The filter calls a function that is not for filters: use ${[...functions].join(', ')}.`,
    );
  return (message) => {
    try {
      return isTrue(interpreter.search(tree, subjectOf(message)));
    } catch {
      return false; // a function got an argument of the wrong type
    }
  };
}

function textOf(base64: string): string {
  try {
    return fromUtf8(fromBase64(base64));
  } catch {
    throw refusal(40003, 400, 'The filter is not base64 of UTF-8: encode the expression so.');
  }
}

type Tree = ReturnType<typeof compile>;
type Interpreter = typeof TreeInterpreter;

/** Finds own members only, also below `let`: the library's interpreter finds inherited ones, as `headers.toString`. */
function ofOwnMembers(all: Interpreter): Interpreter {
  const own = Object.create(all) as Interpreter;
  own.visit = (node, value) =>
    node.type === 'Field' && isFields(value) && !Object.hasOwn(value, node.name)
      ? null
      : all.visit.call(own, node, value);
  own.withScope = (scope) => ofOwnMembers(all.withScope.call(own, scope));
  return own;
}

const interpreter = ofOwnMembers(TreeInterpreter);

function compileFilter(expression: string): Tree {
  try {
    return compile(expression);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw refusal(
      40003,
      400,
      `The filter is not a JMESPath expression (${reason.slice(0, 200)}): correct it.`,
    );
  }
}

interface Node {
  readonly type: string;
  readonly name?: unknown;
}

function nodesOf(value: unknown): readonly Node[] {
  if (Array.isArray(value)) return value.flatMap(nodesOf);
  if (!isFields(value)) return [];
  const inner = Object.values(value).flatMap(nodesOf);
  return typeof value['type'] === 'string' ? [value as unknown as Node, ...inner] : inner;
}

/** The value that an expression is evaluated on. */
const subjectOf = ({ name, clientId, data, encoding, extras }: WireMessage): JSONValue => ({
  name: name ?? null,
  clientId: clientId ?? null,
  headers: isFields(extras) ? ((extras['headers'] ?? {}) as JSONValue) : {},
  data: plainData(data, encoding),
});

function plainData(data: unknown, encoding: string | undefined): JSONValue {
  if (typeof data !== 'string') return null;
  if (encoding !== 'json') return encoding ? null : data;
  try {
    return JSON.parse(data) as JSONValue;
  } catch {
    return null;
  }
}

function isTrue(value: JSONValue): boolean {
  if (typeof value !== 'object' || value === null) return value !== null && value !== false && value !== '';
  return Object.keys(value).length > 0;
}
