/** Something that can be told to be a secret by looking at text. */
interface Mark {
  readonly kind: string;
  /** Global; matches 256 characters at most, and no more of them than it takes to be sure. */
  readonly pattern: RegExp;
  /** Refuses what only looks like one. */
  readonly accepts?: (found: string) => boolean;
}

/** How much of what came before has to be looked at again when text comes in pieces. */
const longest = 256;
const fromBase64 = (text: string): string => Buffer.from(text, 'base64').toString('latin1');

const marks: readonly Mark[] = [
  { kind: 'a key', pattern: /key(?::|%3A)secret/gi },
  { kind: 'a token of the emulator', pattern: /\.emulated-[\w-]/g },
  { kind: 'a JWT', pattern: /eyJ(?:hbGciOi|0eXAiOi|raWQiOi)/g },
  { kind: 'a connection key', pattern: /[\w-]{10}(?:!|%21)[\w-]{16}/g },
  {
    kind: 'an access token',
    pattern: /access_?token\\*["']?(?:=|%3D|\s{0,9}:\s{0,9}\\*["'])[\w%]/gi,
  },
  {
    kind: 'an Authorization header',
    pattern: /(?:Basic|Bearer) [\w.+/-]{8,200}/gi,
    accepts: (found) => /^[\x20-\x7e]+[.:][\x20-\x7e]+$/.test(fromBase64(found.replace(/^\w+ /, ''))),
  },
  { kind: 'an Authorization header', pattern: /Bearer [\w-]{1,100}\.[\w-]/gi },
];

const registered = new Map<string, Mark>();

/**
 * Registers a secret for the rest of the run, so that the run fails if it shows in its output: as it is, in a URL or in
 * base64; of a key the part behind the colon as well, unless that is too short to be told from a word. Returns it.
 */
export function secret<T extends string>(value: T): T {
  if (value.length < 8)
    throw new TypeError('A secret of less than 8 characters is found by chance: take more.');
  const [, ofKey = ''] = /^[^.:\s]+\.[^:\s]+:(\S+)$/.exec(value) ?? [];
  const forms = [value, ...(ofKey.length < 8 ? [] : [ofKey])].flatMap((text) => [
    text,
    encodeURIComponent(text),
    Buffer.from(text).toString('base64').replace(/=+$/, ''),
  ]);
  for (const form of forms) {
    const literal = form.slice(0, longest).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    registered.set(form, { kind: 'a registered secret', pattern: new RegExp(literal, 'gi') });
  }
  return value;
}

/** The key that the emulator has when it is given none, and that fake clients show. */
export const emulatorKey = 'app.key:secret';

/** The kinds of the secrets in a text that end behind its first `seen` characters. */
export function secretsIn(text: string, seen = 0): readonly string[] {
  const found = [...marks, ...registered.values()].filter(({ pattern, accepts }) =>
    [...text.matchAll(pattern)].some(
      (match) => match.index + match[0].length > seen && (accepts?.(match[0]) ?? true),
    ),
  );
  return [...new Set(found.map(({ kind }) => kind))];
}

/** The same for text that comes in pieces, wherever it is cut; keeps only the end of what it was given. */
export function secretsInPieces(): (piece: string) => readonly string[] {
  let end = '';
  return (piece) => {
    const text = end + piece;
    const found = secretsIn(text, end.length);
    end = text.slice(-longest);
    return found;
  };
}
