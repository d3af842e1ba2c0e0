import { isObject, type Validators, wrongIn } from '../options/validators.js';
import { errorJson } from '../base/error-json.js';
import { redact } from '../base/redact.js';

interface Facts {
  readonly code?: number | undefined;
  readonly data?: string | undefined;
  readonly cause?: unknown;
}

/** Every error of the relay client; the text says what went wrong, then what to do about it. */
export class RelayError extends Error {
  /** The code of the relay's error, or of a close; `undefined` if there is none. */
  readonly code: number | undefined;
  /** The relay's own word for the error, such as `TtlTooLong`. */
  readonly data: string | undefined;

  constructor(message: string, { code, data, cause }: Facts = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'RelayError';
    this.code = code;
    this.data = data;
  }

  /** Makes an error of what the relay has sent as one: JSON-RPC's object, whatever it lacks, or a text alone. */
  static from(wire: unknown): RelayError {
    const { code, message, data }: Readonly<Record<string, unknown>> = isObject(wire)
      ? wire
      : { message: wire };
    return new RelayError(typeof message === 'string' ? redact(message) : 'The relay gave no reason.', {
      code: Number(code) || undefined, // also of a text
      data: typeof data === 'string' ? data : undefined,
    });
  }

  /** Makes a RelayError of anything thrown. */
  static of(thrown: unknown): RelayError {
    if (thrown instanceof RelayError) return thrown;
    return new RelayError(thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
  }

  /** All that it says, with its cause, and without a stack. */
  toJSON(): object {
    return errorJson(this);
  }

  override toString(): string {
    return `${this.name}${this.code === undefined ? '' : ` ${this.code}`}: ${this.message}`;
  }
}

/** Rejects the calls of a client that was disposed of. */
export const disposedError = (): RelayError => new RelayError('The client was disposed of. Make a new one.');

/** The codes of the relay's protocol that a client acts on. */
export const Code = {
  ...{ auth: 3000, tooManyRequests: 3001, payload: -32600, handler: -32000, internal: -32603 },
  /** RFC 6455: the close of a socket that got too large a frame. */
  frameTooLarge: 1009,
} as const;

/** Says whether a retry would be refused again: the request itself is wrong, or the client is refused. */
export const isPermanent = ({ code, data }: RelayError): boolean =>
  code === Code.payload ||
  code === Code.auth ||
  code === Code.frameTooLarge ||
  data === 'TtlTooShort' ||
  data === 'TtlTooLong';

/** Names a wrong option, and what it has to be; does not repeat the value, which may be secret. */
export const invalidOption = (option: string, name: string): RelayError =>
  new RelayError(`The option "${option}" has to be ${name}.`, { code: -32602 });

/** Throws an error that names the first wrong option. */
export function check(options: unknown, validators: Validators, prefix = ''): void {
  if (!isObject(options)) throw invalidOption('options', 'an object');
  const wrong = wrongIn(options, validators);
  if (wrong) throw invalidOption(prefix + wrong[0], wrong[1]);
}
