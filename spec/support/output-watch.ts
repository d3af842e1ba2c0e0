import { StringDecoder } from 'node:string_decoder';
import { stripVTControlCharacters } from 'node:util';
import { secretsInPieces } from './secrets.js';

type Output = Pick<NodeJS.WriteStream, 'write'>;

/** Looks for secrets in all that is written to streams; what is written goes on unchanged, and is not kept. */
export class OutputWatch {
  readonly #findings = new Set<string>();
  #time = 'before the first spec';

  /** A line for each secret found so far: its kind, the stream and the time. Never the secret. */
  get findings(): readonly string[] {
    return [...this.#findings];
  }

  /** Says what happens from now on, for the findings. */
  enter(time: string): void {
    this.#time = time;
  }

  /** From now on, for good. */
  watch(name: string, stream: Output): void {
    const found = secretsInPieces();
    const decoder = new StringDecoder();
    const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
    const watched = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
      const encoding = typeof rest[0] === 'string' ? (rest[0] as BufferEncoding) : 'utf8';
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : Buffer.from(chunk);
      for (const kind of found(stripVTControlCharacters(decoder.write(bytes))))
        this.#findings.add(`${kind}, on ${name}, ${this.#time}`);
      return write(chunk, ...rest);
    };
    stream.write = watched;
  }
}
