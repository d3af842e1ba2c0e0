import { wellFormed } from '../../codec/utf8.js';

/** RTC1f, RTL4k, RSA8c: values as they travel in a query, or as parameters of a frame. */
export const textsOf = (values: object): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, wellFormed(String(value))]));
