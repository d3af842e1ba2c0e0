import { isObject } from '../../options/validators.js';
import { checkTopic, checkWellFormed, wrongArgument } from '../check-topic.js';
import { checkJson } from './request-params.js';

/** The subject of a message that is sealed, for the relay's statistics; receivers do not get it. */
export interface PublishSubject {
  /** The id of the JSON-RPC payload in the message. */
  readonly correlationId?: number | undefined;
  readonly rpcMethods?: readonly string[] | undefined;
  /** By CAIP-2, such as `eip155:1`. */
  readonly chainId?: string | undefined;
  readonly txHashes?: readonly string[] | undefined;
  readonly contractAddresses?: readonly string[] | undefined;
}

/** Every field of PublishSubject. */
export const subjectFields: Readonly<Record<keyof PublishSubject, 0>> = {
  ...{ correlationId: 0, rpcMethods: 0, chainId: 0, txHashes: 0, contractAddresses: 0 },
};

/** The options of one publish. The fields of a subject may stand in `tvf`, or beside it: SDKs have sent both. */
export interface PublishOptions extends PublishSubject {
  /** Seconds for which the relay keeps the message for absent subscribers: a whole number, 1 or more. */
  readonly ttl: number;
  /** The kind of message, for statistics and notifications; default 0. */
  readonly tag?: number | undefined;
  /** Asks for a notification of the receiver. */
  readonly prompt?: boolean | undefined;
  /** A proof of origin, for receivers that use the vendor's verify service; the relay passes it on. */
  readonly attestation?: string | undefined;
  /** The subject of the message. */
  readonly tvf?: PublishSubject | undefined;
  /**
   * Withdraws the publish as soon as the relay cannot have it: at once if it was not sent yet, or was refused; later when
   * it is refused. Then the promise rejects with the signal's reason.
   */
  readonly signal?: AbortSignal | undefined;
}

/** The parameters of `irn_publish`. */
export interface PublishParams extends PublishSubject {
  readonly topic: string;
  readonly message: string;
  readonly ttl: number;
  readonly tag: number;
  readonly prompt?: boolean;
  readonly attestation?: string;
  readonly tvf?: PublishSubject;
}

/** Every field of PublishOptions. */
export const publishFields: Readonly<Record<keyof PublishOptions, 0>> = {
  ...{ ttl: 0, tag: 0, prompt: 0, attestation: 0, tvf: 0, signal: 0 },
  ...subjectFields,
};

const largest = 2 ** 32 - 1;

/** Throws on arguments that no relay accepts, and on text that would not arrive as it was sent. */
export function paramsOf(topic: string, message: string, options: PublishOptions): PublishParams {
  checkTopic(topic);
  if (typeof (message as unknown) !== 'string')
    throw wrongArgument(
      `A message has to be text; it was of type ${typeof message}. Encode it, as JSON for instance.`,
    );
  checkWellFormed('The message', message);
  const { ttl, tag = 0, prompt, attestation, tvf } = (options as Partial<PublishOptions> | undefined) ?? {};
  if (!isWhole(ttl) || ttl < 1)
    throw wrongArgument(
      `"ttl" has to be a whole number of seconds from 1 to ${largest}; it was ${String(ttl)}.`,
    );
  if (!isWhole(tag))
    throw wrongArgument(`"tag" has to be a whole number from 0 to ${largest}; it was ${String(tag)}.`);
  if (prompt !== undefined && typeof (prompt as unknown) !== 'boolean')
    throw wrongArgument(`"prompt" has to be true or false; it was of type ${typeof prompt}.`);
  if (attestation !== undefined && typeof (attestation as unknown) !== 'string')
    throw wrongArgument(`"attestation" has to be text; it was of type ${typeof attestation}.`);
  if (attestation !== undefined) checkWellFormed('"attestation"', attestation);
  if (tvf !== undefined) checkTvf(tvf);
  return {
    ...{ topic, message, ttl, tag },
    ...(prompt !== undefined && { prompt }),
    ...(attestation !== undefined && { attestation }),
    ...(tvf !== undefined && { tvf }),
    ...subjectIn(options),
  };
}

/** Takes the fields of a subject that stand beside `tvf`. */
function subjectIn(options: PublishSubject): PublishSubject | undefined {
  let found: Record<string, unknown> | undefined;
  for (const name in subjectFields) {
    const value = options[name as keyof PublishSubject];
    if (value === undefined) continue;
    checkJson(value, name);
    found = { ...found, [name]: value };
  }
  return found;
}

function checkTvf(tvf: unknown): void {
  if (!isObject(tvf)) throw wrongArgument(`"tvf" has to be an object; it was of type ${typeof tvf}.`);
  checkJson(tvf, 'tvf');
}

const isWhole = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= largest;
