/** Tokens of JSON: whole strings, single punctuation marks, numbers and words. */
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]|[^\s{}[\]:,"]+/gy;

/**
 * The value of `id` in the text of an object, digit for digit; undefined when it is missing, an object or an array.
 * Expects valid JSON.
 */
export function idTokenIn(text: string): string | undefined {
  let depth = 0;
  let key: string | undefined;
  let last = '';
  let found: string | undefined;
  for (const token of tokensOf(text)) {
    if (depth === 1 && token === ':') key = last;
    else if (depth === 1 && last === ':' && key !== undefined && isId(key)) found = scalar(token);
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    last = token;
  }
  return found; // the last one of a name counts, as with JSON.parse
}

function* tokensOf(text: string): Generator<string> {
  const space = /\s*/y;
  for (let at = 0; at < text.length;) {
    space.lastIndex = at;
    space.exec(text);
    tokens.lastIndex = space.lastIndex;
    const [token] = tokens.exec(text) ?? [];
    if (token === undefined) return;
    yield token;
    at = tokens.lastIndex;
  }
}

const isId = (key: string): boolean => key === '"id"' || (key.includes('\\') && JSON.parse(key) === 'id');
const scalar = (token: string): string | undefined => (token === '{' || token === '[' ? undefined : token);
