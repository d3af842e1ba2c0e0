/**
 * Data as they are typed: a JSON object, array or string as such, and all else as the text that it is. Numbers, `true`,
 * `false` and `null` are no data that a message can have.
 */
export function typed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' || (typeof value === 'object' && value !== null) ? value : text;
  } catch {
    return text;
  }
}
