/** What a fake server answers: a body with a status and a content type, an error of the network, or nothing at all. */
export type Answer =
  | {
      readonly text: string;
      readonly status?: number;
      readonly server?: string;
      readonly type?: string;
      readonly link?: string;
      /** The `type` of the Response, such as `opaqueredirect`. */
      readonly kind?: string;
    }
  | Error
  | 'nothing';

interface Thenable {
  then(next?: ((value: unknown) => void) | null, fail?: (error: unknown) => void): Thenable;
}

/** A promise that is kept at once, or never: no real one is, and virtual time does not wait for real ones. */
const kept = (value: unknown): Thenable => ({
  then: (next, fail) => {
    if (value instanceof Error) fail?.(value);
    else if (value !== 'nothing') next?.(value);
    return kept(undefined);
  },
});

/** A fetch for virtual time. */
export const fakeFetch = (answer: (url: string, init: RequestInit) => Answer): typeof fetch =>
  ((url: string, init: RequestInit = {}) => {
    const answered = answer(url, init);
    if (answered instanceof Error || answered === 'nothing') return kept(answered);
    const { text, status = 200, server = '', type = '', link = '', kind = 'basic' } = answered;
    const headers = new Headers({ server, 'content-type': type, link });
    return kept({ ok: status < 300, status, type: kind, headers, text: () => kept(text) });
  }) as unknown as typeof fetch;
