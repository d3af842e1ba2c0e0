/** A value as a console would write it. */
export function format(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  const text = JSON.stringify(value) as string | undefined;
  return text ?? String(value);
}
