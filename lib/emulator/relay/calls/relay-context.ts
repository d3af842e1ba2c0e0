import type { Accepted } from '../mailboxes/accepted-publishes.js';
import type { Client, Clients, Receiver } from '../mailboxes/clients.js';
import type { Mail } from '../mailboxes/mailboxes.js';
import type { RpcError } from '../relay-error.js';
import type { RelaySettings } from '../settings.js';
import type { Params } from './params.js';

/** What the relay works with. */
export interface Office {
  readonly settings: RelaySettings;
  readonly params: Params;
  readonly mail: Mail;
  readonly clients: Clients;
  readonly accepted: Accepted;
}

/** Who calls. */
export interface Caller {
  readonly office: Office;
  readonly client: Client;
  /** The socket that the call came by; undefined over HTTP. */
  readonly receiver: Receiver | undefined;
  /** Why a topic cannot be subscribed to, if the relay was told so. */
  readonly troubleWith: (topic: string) => RpcError | undefined;
}

/** What a call comes to, and what follows once it has been answered. */
export interface Done {
  readonly result: unknown;
  readonly then?: () => void;
}

/** Throws what is wrong with the call. */
export type Method = (caller: Caller, params: unknown) => Done;
