import { ErrorInfo, type WireError } from '../wire/error-info.js';

/** The error in the body of an answer, decoded or as its text; empty where there is none, as in a proxy's page. */
export function errorBodyOf(content: unknown): WireError {
  try {
    const { error } = (typeof content === 'string' ? JSON.parse(content) : content) as {
      readonly error?: unknown;
    };
    return typeof error === 'object' && error !== null ? error : {};
  } catch {
    return {};
  }
}

/** The code or class of a failed fetch. Its message is left out: it may repeat the URL and the headers, and secrets with them. */
export function fetchErrorCode(thrown: unknown): string {
  if (!(thrown instanceof Error)) return typeof thrown;
  const { cause } = thrown as { readonly cause?: unknown };
  return codeIn(cause) ?? codeIn(thrown) ?? thrown.name;
}

/** The code of an error, or of the first of several: a name with two addresses has failed at each of them. */
function codeIn(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, errors, message } = error as Readonly<Record<string, unknown>>;
  if (typeof code === 'string') return code;
  if (message === 'bad port') return message; // fetch asks no server at port 1, 22 or 6667, and gives no code
  return Array.isArray(errors) ? codeIn(errors[0]) : undefined;
}

/** 50000: a request succeeded, with a body of another shape than expected. `uncertain` is for changes: they may be done. */
export const unexpectedResponse = (expected: string, uncertain = false): ErrorInfo =>
  new ErrorInfo(`The server did not answer with a ${expected}.`, { code: 50000, uncertain });
