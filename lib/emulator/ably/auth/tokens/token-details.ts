import type { Caller } from '../caller.js';

/** TD2 to TD6, on the wire; times in ms since the epoch, the capability as JSON. */
export interface TokenDetails {
  readonly token: string;
  readonly keyName: string;
  readonly issued: number;
  readonly expires: number;
  readonly capability: string;
  readonly clientId?: string;
}

export function detailsOf(
  { key, clientId, capability }: Caller,
  token: NonNullable<Caller['token']>,
): TokenDetails {
  const { text, issued, expires } = token;
  return {
    token: text,
    keyName: key.name,
    issued,
    expires,
    capability: JSON.stringify(capability),
    ...(clientId !== undefined && { clientId }),
  };
}
