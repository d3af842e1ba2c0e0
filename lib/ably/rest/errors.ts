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
  const { cause } = thrown instanceof Error ? thrown : {};
  const { code } = typeof cause === 'object' && cause !== null ? (cause as { readonly code?: unknown }) : {};
  return typeof code === 'string' ? code : thrown instanceof Error ? thrown.name : typeof thrown;
}

/** 50000: a request succeeded, with a body of another shape than expected. `uncertain` is for changes: they may be done. */
export const unexpectedResponse = (expected: string, uncertain = false): ErrorInfo =>
  new ErrorInfo(`The server did not answer with a ${expected}.`, { code: 50000, uncertain });
