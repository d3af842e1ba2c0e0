const two = (n: number): string => String(n).padStart(2, '0');

/** The time of day, with milliseconds. */
export function clockOf(at: number): string {
  const date = new Date(at);
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${time}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** Bytes, in the unit that they are read in. */
export function bytesOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** A rate: with one digit behind the point where it is small. */
export const rateText = (rate: number): string =>
  rate === 0 || rate >= 10 ? String(Math.round(rate)) : rate.toFixed(1);

/** A count with its noun. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/** Data in one line, as JSON where it is no text. */
export function dataText(data: unknown, longest = 200): string {
  const text = typeof data === 'string' ? data : data === undefined ? '' : JSON.stringify(data);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
