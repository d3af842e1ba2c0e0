/** How ids are written: as JSON strings, or as bare digits. Both are exact. */
export type IdFormat = 'string' | 'number';

/** A request's text; `id` is decimal. */
export const requestText = (id: string, method: string, params: object, format: IdFormat): string =>
  `{"id":${format === 'string' ? `"${id}"` : id},"jsonrpc":"2.0","method":"${method}","params":${JSON.stringify(params)}}`;

/** What acknowledges a request of the relay's, under the very id that came. */
export const acknowledgement = (idToken: string): string => `{"id":${idToken},"jsonrpc":"2.0","result":true}`;
