/** Longest line that is read, in bytes: more than a server takes. */
export const longestLine = 1024 * 1024;

/** One line of the input, without its end. */
export interface InputLine {
  /** Counted from 1. */
  readonly number: number;
  /** Undefined where it is no text: longer than `longestLine`, or not UTF-8. */
  readonly text: string | undefined;
}

const lineFeed = 10;
const carriageReturn = 13;

/** Lines of bytes, which end with a line feed, and may have a carriage return before it. Reads on when the next line is asked for. */
export async function* splitLines(input: AsyncIterable<Uint8Array>): AsyncGenerator<InputLine> {
  const line = new Line();
  let number = 0;
  for await (const chunk of input) {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      line.add(chunk.subarray(start, end));
      start = end + 1;
      number += 1;
      yield { number, text: line.take() };
    }
    line.add(chunk.subarray(start));
  }
  if (!line.isEmpty) yield { number: number + 1, text: line.take() };
}

/** The bytes of a line, as far as they have come; of one that is too long only their number. */
class Line {
  #parts: Uint8Array[] = [];
  #length = 0;

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  add(bytes: Uint8Array): void {
    this.#length += bytes.length;
    if (this.#length > longestLine) this.#parts = [];
    else if (bytes.length > 0) this.#parts.push(bytes.slice());
  }

  take(): string | undefined {
    const bytes = this.#length > longestLine ? undefined : joined(this.#parts, this.#length);
    this.#parts = [];
    this.#length = 0;
    return bytes && textOf(bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes);
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const [first, second] = parts;
  if (first && !second) return first;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Words of a command line, as if they were lines. */
export async function* wordsAsLines(words: readonly string[]): AsyncGenerator<InputLine> {
  for (const [at, text] of words.entries()) yield await Promise.resolve({ number: at + 1, text });
}
