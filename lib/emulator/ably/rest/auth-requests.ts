import { type Observable, Subject } from 'rxjs';
import { readOnly } from '../../../rx/read-only.js';

/** What a client asked its auth server; header names are in lower case. */
export interface AuthRequest {
  readonly method: string;
  /** The query of the URL. */
  readonly params: Readonly<Record<string, string>>;
  /** The body, where it was a form. */
  readonly form: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** The latest 1,000 of them. */
export interface AuthRequests {
  /** Oldest first. */
  readonly all: readonly AuthRequest[];
  readonly requests$: Observable<AuthRequest>;
  readonly add: (request: AuthRequest) => void;
  /** Completes the stream. */
  readonly end: () => void;
}

const capacity = 1000;

export function authRequests(): AuthRequests {
  const asked$ = new Subject<AuthRequest>();
  let all: readonly AuthRequest[] = [];
  return {
    get all() {
      return all;
    },
    requests$: readOnly(asked$),
    add: (request) => {
      all = [...all.slice(1 - capacity), request];
      asked$.next(request);
    },
    end: () => asked$.complete(),
  };
}
