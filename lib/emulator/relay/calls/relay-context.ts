import type { AcceptedPublishes } from '../mailboxes/accepted-publishes.js';
import type { Client, Clients, PushTarget } from '../mailboxes/clients.js';
import type { Mailboxes } from '../mailboxes/mailboxes.js';
import type { MailboxMessage } from '../mailboxes/stored-message.js';
import type { RpcError } from '../relay-error.js';
import type { RelaySettings } from '../settings.js';
import type { Watches } from '../watches/watches.js';
import type { CallParams } from './params.js';

/** State and settings that calls work on. */
export interface RelayContext {
  readonly settings: RelaySettings;
  readonly params: CallParams;
  readonly mailboxes: Mailboxes;
  readonly clients: Clients;
  readonly accepted: AcceptedPublishes;
  readonly watches: Watches;
  /** Marks a message as delivered to a client, and tells its webhooks. */
  readonly delivered: (stored: MailboxMessage, clientId: string) => void;
}

/** The client of a call. */
export interface Caller {
  readonly relay: RelayContext;
  readonly client: Client;
  /** Socket of the call; undefined over HTTP. */
  readonly pushTarget: PushTarget | undefined;
  /** The requested failure of subscribing to a topic, if any. */
  readonly failureOf: (topic: string) => RpcError | undefined;
}

/** The result of a call, and a follow-up after the answer. */
export interface CallResult {
  readonly result: unknown;
  readonly then?: () => void;
}

/** Performs a call. Throws a RelayError. */
export type Method = (caller: Caller, params: unknown) => CallResult;
