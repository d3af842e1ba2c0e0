/** The one lease that all calls of `subscribe()` hold together until `unsubscribe()`. */
export interface SubscribeLease {
  /** Calls that are not settled. */
  waiting: number;
  /** True once any call was confirmed: then one that fails takes nothing away. */
  confirmed: boolean;
}
