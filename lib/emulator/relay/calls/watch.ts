import type { Method } from './relay-context.js';

/** Registers a webhook for the client that signed the JWT, which need not be the caller. */
export const registerWatch: Method = ({ relay: { watches } }, params) => {
  watches.register(params);
  return { result: { relayId: watches.relayId } };
};

export const unregisterWatch: Method = ({ relay: { watches } }, params) => {
  watches.unregister(params);
  return { result: true };
};
