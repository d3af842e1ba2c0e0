/** Why a fetch failed, in a word: its own text may repeat the URL and the headers, and secrets with them. */
export function fetchErrorCode(thrown: unknown): string {
  const { cause } = thrown instanceof Error ? thrown : {};
  const { code } = typeof cause === 'object' && cause !== null ? (cause as { readonly code?: unknown }) : {};
  return typeof code === 'string' ? code : thrown instanceof Error ? thrown.name : typeof thrown;
}
