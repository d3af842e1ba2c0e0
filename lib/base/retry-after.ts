/**
 * Milliseconds for which an answer asks to be left alone, by its `Retry-After`: seconds, or a date, which is held against
 * the `Date` of the same answer. `undefined` where it does not ask, or where that is over.
 */
export function retryAfterOf(header: (name: string) => string | null | undefined): number | undefined {
  const text = header('retry-after') ?? '';
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.parse(header('date') ?? '');
  return ms > 0 ? ms : undefined;
}
