/** Codes by tag; the service sends the tag in `data`. */
const codes = {
  ProjectNotFound: 3000,
  ProjectIdNotSpecified: 3000,
  OriginNotAllowed: 3000,
  InvalidJwt: 3000,
  MissingJwt: 3000,
  TooManyRequests: 3001,
  InvalidMethod: -32600,
  InvalidParams: -32600,
  PayloadSizeExceeded: -32600,
  InvalidTopic: -32600,
  InvalidRequestId: -32600,
  InvalidJsonRpcVersion: -32600,
  BatchLimitExceeded: -32600,
  BatchEmpty: -32600,
  Serialization: -32600,
  TtlTooShort: -32000,
  TtlTooLong: -32000,
  MailboxLimitExceeded: -32000,
  SubscriberLimitExceeded: -32000,
  Internal: -32603,
} as const;

type Tag = keyof typeof codes;

/** The `error` of an answer. */
export interface RpcError {
  readonly code: number;
  readonly message: string;
  /** Tag of the error, for programs. */
  readonly data?: string;
}

/** An error to throw; at the border it becomes an answer, a close or an HTTP status. */
export class RelayError extends Error {
  readonly rpc: RpcError;

  constructor(rpc: RpcError) {
    super(rpc.message);
    this.rpc = rpc;
  }
}

export const refusal = (tag: Tag, message: string): RelayError =>
  new RelayError({ code: codes[tag], message, data: tag });

/** The error on the wire, from whatever was thrown. */
export function rpcErrorOf(thrown: unknown): RpcError {
  if (thrown instanceof RelayError) return thrown.rpc;
  return refusal('Internal', thrown instanceof Error ? thrown.message : String(thrown)).rpc;
}
