import { errorJson } from '../../base/error-json.js';
import { redact } from '../../base/redact.js';
import { textsOf } from './texts.js';

/** TI5: Ably's pages of codes, up to the code. */
const ablyPages = 'https://help.ably.io/error/';

/** Pages of the codes that this library makes. A build for a repository puts docs/troubleshooting.md here. */
const ownPages: string = ablyPages;

/** TI5: Ably's page of a code. */
export const ablyPageOf = (code: number): string => `${ablyPages}${code}`;

/** TI1, as it travels; every field may be missing (RTF1). */
export interface WireError {
  readonly code?: number;
  readonly statusCode?: number;
  readonly message?: string;
  readonly href?: string;
  readonly cause?: WireError;
  readonly detail?: Readonly<Record<string, string>>;
}

interface Facts {
  readonly code: number;
  /** Left out, the first three digits of `code`; 400 for codes of the realtime protocol, which begin with none. */
  readonly statusCode?: number | undefined;
  readonly href?: string | undefined;
  readonly cause?: unknown;
  readonly detail?: Readonly<Record<string, string>> | undefined;
  readonly uncertain?: boolean;
  readonly retryAfter?: number | undefined;
}

/**
 * TI1: every error of this library. `code` is Ably's, `statusCode` the HTTP status nearest to it; the text says
 * what went wrong, then what to do about it. Keys and tokens never appear in it.
 */
export class ErrorInfo extends Error {
  readonly code: number;
  readonly statusCode: number;
  /** TI4, TI5: a page that tells more about `code`: of the server's errors its own, else one of this library. */
  readonly href: string;
  /** TI6: not even a field where there is none. */
  declare readonly detail?: Readonly<Record<string, string>>;
  /** RSC7c: the id of the request that failed; not even a field without the option `addRequestIds`. */
  declare readonly requestId?: string;
  /** Milliseconds for which the server asks to be left alone (`Retry-After`); not even a field where it does not. */
  declare readonly retryAfter?: number;
  /**
   * True of a publish, an edit, an annotation or presence that was rejected, and that the server may have accepted all the
   * same: it was sent, and its answer never came. Not even a field otherwise: it has not arrived.
   */
  declare readonly uncertain?: true;

  constructor(
    message: string,
    { code, statusCode = statusOf(code), href, cause, detail, uncertain, retryAfter }: Facts,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ErrorInfo';
    this.code = code;
    this.statusCode = statusCode;
    this.href = href ?? `${ownPages}${code}`;
    if (detail && Object.keys(detail).length > 0) this.detail = detail;
    if (retryAfter !== undefined) this.retryAfter = retryAfter;
    if (uncertain) this.uncertain = true;
  }

  /** TI2: the error a server told of, without secrets; fields that it left out are filled in with "internal error". */
  static from(wire: WireError, retryAfter?: number): ErrorInfo {
    const { message, href, cause, detail } = wire;
    const code = Number(wire.code) || 50000; // RTF1: also of a text
    return new ErrorInfo(typeof message === 'string' ? redact(message) : 'The server gave no reason.', {
      code,
      statusCode: Number(wire.statusCode) || undefined,
      href: href ?? ablyPageOf(code),
      detail:
        detail &&
        Object.fromEntries(Object.entries(textsOf(detail)).map(([name, text]) => [name, redact(text)])),
      cause: cause ? ErrorInfo.from(cause) : undefined,
      retryAfter,
    });
  }

  /** Turns anything thrown into an ErrorInfo; `code` is for what is not one already. */
  static of(thrown: unknown, code = 50000, statusCode?: number): ErrorInfo {
    if (thrown instanceof ErrorInfo) return thrown;
    return new ErrorInfo(wordsOf(thrown), { code, statusCode, cause: thrown });
  }

  /** All that it says, with its cause, and without a stack. */
  toJSON(): object {
    return errorJson(this);
  }

  override toString(): string {
    return `${this.name} ${this.code}: ${this.message}`;
  }
}

const statusOf = (code: number): number => (code < 60000 ? Math.floor(code / 100) : 400);

/** The message of anything thrown. */
export const wordsOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown);

/** 80017: the error of all that was under way when the client was disposed of. */
export const disposedError = (): ErrorInfo =>
  new ErrorInfo('The client was disposed of. Make a new one.', { code: 80017 });
