/** Format of ids: JSON strings, or bare digits. Both are exact. */
export type IdFormat = 'string' | 'number';

/** Writes a request; `id` is decimal. */
export const requestText = (id: string, method: string, params: object, format: IdFormat): string =>
  `{"id":${format === 'string' ? `"${id}"` : id},"jsonrpc":"2.0","method":"${method}","params":${JSON.stringify(params)}}`;

/** Writes the acknowledgement of a request of the relay, with the id exactly as it came. */
export const acknowledgement = (idToken: string): string => `{"id":${idToken},"jsonrpc":"2.0","result":true}`;
