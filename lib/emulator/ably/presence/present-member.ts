/** A member to put on a channel from code: objects and arrays as data are encoded as JSON. */
export interface PresentMember {
  readonly clientId: string;
  readonly data?: unknown;
  readonly encoding?: string;
  readonly extras?: unknown;
  /** Connection of the member. Default: `emulator`, which is no connection: the member stays until it is removed. */
  readonly connectionId?: string;
  /** TP3a. Default: an id newer than all earlier ones. */
  readonly id?: string;
}
