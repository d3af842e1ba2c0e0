/**
 * What `URL` and `URLSearchParams` of React Native 0.86 do, without Flow and without blobs; their oddities are the reason
 * that this is here.
 *
 * Copyright (c) Meta Platforms, Inc. and affiliates. MIT License: permission is hereby granted, free of charge, to any
 * person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software
 * without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute,
 * sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so,
 * subject to the following conditions: The above copyright notice and this permission notice shall be included in all
 * copies or substantial portions of the Software. THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS
 * OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
 * NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY,
 * WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE
 * OR OTHER DEALINGS IN THE SOFTWARE.
 */
export class URLSearchParams {
  readonly #params = new Map<string, string[]>();

  constructor(params?: string | Readonly<Record<string, string>> | readonly (readonly [string, string])[]) {
    if (typeof params === 'string')
      for (const pair of params.replace(/^\?/, '').split('&')) {
        if (!pair) continue;
        const [key, value] = pair.split('=').map((part) => decodeURIComponent(part.replace(/\+/g, ' ')));
        this.append(key as string, value as string); // the value may be missing, as it may there
      }
    else
      for (const [key, value] of Array.isArray(params) ? params : Object.entries(params ?? {}))
        this.append(key as string, value as string);
  }

  append(key: string, value: string): void {
    this.#params.set(key, [...(this.#params.get(key) ?? []), value]);
  }

  get(name: string): string | null {
    return this.#params.get(name)?.[0] ?? null;
  }

  set(name: string, value: string): void {
    this.#params.set(name, [value]);
  }

  keys(): IterableIterator<string> {
    return this.#params.keys();
  }

  *values(): IterableIterator<string> {
    for (const values of this.#params.values()) yield* values;
  }

  toString(): string {
    const escaped = (text: string): string => encodeURIComponent(text).replace(/%20/g, '+');
    return [...this.#params]
      .flatMap(([key, values]) => values.map((value) => `${escaped(key)}=${escaped(value)}`))
      .join('&');
  }
}

const isWhole = (url: string): boolean =>
  /^(?:(?:(?:https?|ftp):)?\/\/)(?:(?:[a-z0-9\u00a1-\uffff][a-z0-9\u00a1-\uffff_-]{0,62})?[a-z0-9\u00a1-\uffff]\.)*(?:[a-z\u00a1-\uffff]{2,}\.?)(?::\d{2,5})?(?:[/?#]\S*)?$/.test(
    url,
  );

export class URL {
  _url: string;
  #params: URLSearchParams | null = null;

  constructor(url: string, base?: string | URL) {
    if (!base || isWhole(url)) {
      this._url = url; // a URL stays one: `includes` is then no function of it
      if (this._url.includes('#')) {
        const split = this._url.split('#');
        if (!split[0]?.split('://')[1]?.includes('/')) this._url = split.join('/#');
      }
      if (!/\/$|[?#]/.test(this._url)) {
        const [, rest] = this._url.split('://');
        if (rest && !rest.includes('/')) this._url += '/';
      }
      return;
    }
    let from = String(base);
    if (typeof base === 'string' && !isWhole(base)) throw new TypeError(`Invalid base URL: ${base}`);
    if (from.endsWith('/')) from = from.slice(0, -1);
    const path = url.startsWith('/') ? url : `/${url}`;
    this._url = from.endsWith(path) ? from : `${from}${path}`;
  }

  get href(): string {
    return this.toString();
  }

  get host(): string {
    return /^https?:\/\/(?:[^@]+@)?([^:/?#]+)/.exec(this._url)?.[1] ?? ''; // '' for wss:
  }

  get protocol(): string {
    return /^([a-zA-Z][a-zA-Z\d+\-.]*:)/.exec(this._url)?.[1] ?? '';
  }

  get pathname(): string {
    return /https?:\/\/[^/]+(\/[^?#]*)?/.exec(this._url)?.[1] ?? '/'; // '/' for wss:
  }

  get search(): string {
    return /\?[^#]*/.exec(this._url)?.[0] ?? '';
  }

  get searchParams(): URLSearchParams {
    return (this.#params ??= new URLSearchParams(this.search));
  }

  toString(): string {
    return this.#params ? `${this._url.split(/[?#]/)[0] ?? ''}?${this.#params.toString()}` : this._url;
  }
}
