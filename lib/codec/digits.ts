const [quote, backslash] = [34, 92];
const [openBrace, closeBrace, openBracket, closeBracket] = [123, 125, 91, 93];

/** A colon and a whole number. */
const numberAfter = /\s*:\s*(-?\d+)(?![\d.eE])/y;

/**
 * Digits of the whole number that a JSON object has under `name`, as written: `JSON.parse` rounds numbers beyond 2^53. Looks
 * at depth one only, and never into strings. `undefined` where there is none. The text has to be valid JSON.
 */
export function digitsOf(json: string, name: string): string | undefined {
  let depth = 0;
  let found: string | undefined;
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === quote) {
      const end = endOfString(json, at);
      if (depth === 1 && end - at - 1 === name.length && json.startsWith(name, at + 1))
        found = numberAt(json, end + 1) ?? found;
      at = end;
    } else if (code === openBrace || code === openBracket) depth += 1;
    else if (code === closeBrace || code === closeBracket) depth -= 1;
  }
  return found;
}

/** Index of the closing quote of the string that begins at `start`: a quote behind an even number of backslashes. */
function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end >= 0; end = json.indexOf('"', end + 1)) {
    let before = end;
    while (json.charCodeAt(before - 1) === backslash) before -= 1;
    if ((end - before) % 2 === 0) return end;
  }
  return json.length;
}

function numberAt(json: string, at: number): string | undefined {
  numberAfter.lastIndex = at;
  return numberAfter.exec(json)?.[1];
}
