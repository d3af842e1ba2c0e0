import type { WireError } from '../wire/error-info.js';

/** The ErrorInfo in the body of an answer; empty where there is none, as in a proxy's page. */
export function errorBodyOf(text: string): WireError {
  try {
    const { error } = JSON.parse(text) as { readonly error?: unknown };
    return typeof error === 'object' && error !== null ? error : {};
  } catch {
    return {};
  }
}
