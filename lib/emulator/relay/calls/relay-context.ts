import type { AcceptedPublishes } from '../mailboxes/accepted-publishes.js';
import type { Client, Clients, PushTarget } from '../mailboxes/clients.js';
import type { Mailboxes } from '../mailboxes/mailboxes.js';
import type { RpcError } from '../relay-error.js';
import type { RelaySettings } from '../settings.js';
import type { CallParams } from './params.js';

/** What the relay works with. */
export interface RelayContext {
  readonly settings: RelaySettings;
  readonly params: CallParams;
  readonly mailboxes: Mailboxes;
  readonly clients: Clients;
  readonly accepted: AcceptedPublishes;
}

/** Who calls. */
export interface Caller {
  readonly relay: RelayContext;
  readonly client: Client;
  /** The socket that the call came by; undefined over HTTP. */
  readonly pushTarget: PushTarget | undefined;
  /** Why a topic cannot be subscribed to, if the relay was told so. */
  readonly failureOf: (topic: string) => RpcError | undefined;
}

/** What a call comes to, and what follows once it has been answered. */
export interface CallResult {
  readonly result: unknown;
  readonly then?: () => void;
}

/** Throws what is wrong with the call. */
export type Method = (caller: Caller, params: unknown) => CallResult;
