import { acceptPublish } from './publish.js';
import type { Method } from './relay-context.js';
import { pushUndelivered, subscribeAll } from './subscribe.js';

/** Tags of what the relay publishes for a session. */
const Tag = { proposal: 1100, proposalResponse: 1101, settlement: 1102 } as const;

/** Subscribes the caller to the pairing topic, and publishes the proposal there. Sign protocol, since 2.21.6. */
export const proposeSession: Method = (caller, given) => {
  const { relay, client } = caller;
  const proposal = relay.params.sessionDraft(given, {
    ...{ topic: 'pairingTopic', message: 'sessionProposal', tag: Tag.proposal },
  });
  subscribeAll(caller, [proposal.topic]);
  acceptPublish(relay, proposal, client.id);
  return { result: true, then: () => pushUndelivered(caller, [proposal.topic]) };
};

/**
 * Subscribes the caller to the session's topic, and publishes the settlement there, and the response to the proposal on
 * the pairing topic. Nothing is done where one of the two cannot be published.
 */
export const approveSession: Method = (caller, given) => {
  const { relay, client } = caller;
  const settlement = relay.params.sessionDraft(given, {
    ...{ topic: 'sessionTopic', message: 'sessionSettlementRequest', tag: Tag.settlement },
  });
  const response = relay.params.sessionDraft(given, {
    ...{ topic: 'pairingTopic', message: 'sessionProposalResponse', tag: Tag.proposalResponse },
  });
  subscribeAll(caller, [settlement.topic]);
  for (const draft of [settlement, response]) acceptPublish(relay, draft, client.id);
  return { result: true, then: () => pushUndelivered(caller, [settlement.topic]) };
};
