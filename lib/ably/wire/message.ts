import { type MessageAction, messageActions } from './actions.js';
import { decodeData, type Decoded } from './encodings.js';
import type { ErrorInfo } from './error-info.js';
import type { ProtocolMessage, WireMessage, WireVersion } from './frames.js';

/** TM2s: which version of a message this is. */
export type MessageVersion = WireVersion;

const noSummary = Object.freeze({ summary: Object.freeze({}) });

/** Told of each payload that could not be decoded to its end. */
export type Report = (error: ErrorInfo) => void;

/**
 * TM2: a message as it was received, with what the frame knows filled in. `data` is decoded when it is first read: a
 * message that nobody opens costs nothing to decode.
 */
export class Message<Data = unknown> {
  /** TM2a */
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly clientId: string | undefined;
  readonly connectionId: string | undefined;
  /** TM2f: when the service received it, in milliseconds since the epoch. */
  readonly timestamp: number | undefined;
  /** TM2i */
  readonly extras: unknown;
  readonly action: MessageAction;
  /** TM2r: names the message for good, through all its versions. */
  readonly serial: string | undefined;
  #wire: WireMessage;
  #report: Report;
  #decoded: Decoded | undefined;

  constructor(wire: WireMessage, frame: ProtocolMessage, index: number, report: Report) {
    this.id = wire.id ?? (frame.id == null ? undefined : `${frame.id}:${index}`); // TM2a
    this.name = wire.name ?? undefined;
    this.clientId = wire.clientId ?? undefined;
    this.connectionId = wire.connectionId ?? frame.connectionId; // TM2c
    this.timestamp = wire.timestamp ?? frame.timestamp; // TM2f
    this.extras = wire.extras ?? undefined;
    this.action = messageActions[wire.action ?? 0] ?? 'unknown'; // TM5, RTF1
    this.serial = wire.serial ?? undefined;
    this.#wire = wire;
    this.#report = report;
    this.#decoded = undefined;
  }

  /** TM2d: a string, bytes (`Uint8Array`), or what JSON can say; decoded by RSL6. */
  get data(): Data {
    const { encoding, data } = this.#wire;
    return (encoding ? this.#decode().data : (data ?? undefined)) as Data; // the border: payloads are the users' own
  }

  /** TM2e: the steps that could not be undone (RSL6b); `undefined` when `data` is what was published. */
  get encoding(): string | undefined {
    return this.#wire.encoding ? this.#decode().encoding : undefined;
  }

  /** TM2s */
  get version(): MessageVersion {
    const { version } = this.#wire;
    const { serial = this.serial, timestamp = this.timestamp } = version ?? {}; // TM2s1, TM2s2
    return {
      ...version,
      ...(serial !== undefined && { serial }),
      ...(timestamp !== undefined && { timestamp }),
    };
  }

  /** TM2u, TM8a */
  get annotations(): { readonly summary: Readonly<Record<string, unknown>> } {
    const summary = this.#wire.annotations?.summary;
    return summary ? { summary } : noSummary;
  }

  /** All of it as a plain object: what `JSON.stringify` and Node's `console.log` show. */
  toJSON(): object {
    const {
      id,
      name,
      data,
      encoding,
      clientId,
      connectionId,
      timestamp,
      extras,
      action,
      serial,
      version,
      annotations,
    } = this;
    return {
      id,
      name,
      data,
      encoding,
      clientId,
      connectionId,
      timestamp,
      extras,
      action,
      serial,
      version,
      annotations,
    };
  }

  [Symbol.for('nodejs.util.inspect.custom')](): unknown {
    return this.toJSON();
  }

  #decode(): Decoded {
    if (this.#decoded) return this.#decoded;
    const decoded = decodeData(this.#wire.data, this.#wire.encoding);
    this.#decoded = decoded;
    if (decoded.error) this.#report(decoded.error);
    return decoded;
  }
}
