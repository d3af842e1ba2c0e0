import { type Observable, Subject } from 'rxjs';
import { describeAs } from '../../../base/described.js';
import { readOnly } from '../../../rx/read-only.js';

/** A request to the auth server; header names are in lower case. */
export interface AuthRequest {
  readonly method: string;
  /** Query of the URL. */
  readonly params: Readonly<Record<string, string>>;
  /** Fields of the body, if it is a form. */
  readonly form: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** The latest 1,000 requests to the auth server. */
export interface AuthRequests {
  /** Oldest first. */
  readonly all: readonly AuthRequest[];
  readonly requests$: Observable<AuthRequest>;
  readonly add: (request: AuthRequest) => void;
  /** Completes the stream. */
  readonly end: () => void;
}

const capacity = 1000;

/** Names of params and headers whose values may be secrets. */
const secret = /auth|cookie|key|token|secret|pass|jwt|signature/i;

const masked = (fields: AuthRequest['headers']): AuthRequest['headers'] =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, secret.test(name) ? '…' : value]));

const withoutSecrets = ({ method, params, form, headers }: AuthRequest): object => ({
  method,
  params: masked(params),
  form: masked(form),
  headers: masked(headers),
});

export function authRequests(): AuthRequests {
  const requests$ = new Subject<AuthRequest>();
  let all: readonly AuthRequest[] = [];
  return {
    get all() {
      return all;
    },
    requests$: readOnly(requests$),
    add: (fields) => {
      const request = describeAs('AuthRequest', { ...fields }, () => withoutSecrets(fields));
      all = [...all.slice(1 - capacity), request];
      requests$.next(request);
    },
    end: () => requests$.complete(),
  };
}
