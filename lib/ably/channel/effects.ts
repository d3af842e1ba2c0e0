import type { KeyedSubject } from '../../rx/keyed-subject.js';
import type { ErrorInfo } from '../wire/error-info.js';
import type { ProtocolMessage } from '../wire/frames.js';
import { type ChannelStateChange, changeOf, type Discontinuity, updateOf } from './changes.js';
import { attachFrame, detachFrame } from './frames.js';
import type { ChannelFeature, ChannelRecord, ChannelTransition } from './port.js';
import type { ChannelEffect, ChannelEvent, LinkState } from './state.js';

/** All that effects act on. */
export interface EffectTargets {
  readonly link: () => LinkState;
  readonly send: (frame: ProtocolMessage) => void;
  readonly raise: (record: ChannelRecord, event: ChannelEvent) => void;
  readonly features: readonly ChannelFeature[];
  readonly changes: KeyedSubject<ChannelRecord, ChannelStateChange>;
  readonly gaps: KeyedSubject<ChannelRecord, Discontinuity>;
  readonly confirmations: KeyedSubject<ChannelRecord, ErrorInfo | undefined>;
  readonly checkModes: (record: ChannelRecord) => void;
  readonly end: (record: ChannelRecord, error: ErrorInfo | undefined) => void;
}

/** Performs one effect of a channel's step. The only place where a step does anything. */
export function perform(effect: ChannelEffect, transition: ChannelTransition, to: EffectTargets): void {
  const { machine: record, before, state, event } = transition;
  switch (effect) {
    case 'send attach':
      if (to.link() === 'up') to.send(attachFrame(record)); // a connection that is being closed still receives
      break;
    case 'send detach':
      to.send(detachFrame(record));
      break;
    case 'note attached':
      if (event.type === 'attached') record.note(event.frame);
      break;
    case 'reconsider':
      to.raise(record, { type: 'reconsidered' });
      break;
    case 'tell features':
      for (const feature of to.features) feature.changed?.(transition);
      break;
    case 'report change':
      if (to.changes.has(record)) to.changes.next(record, changeOf(before, state, event));
      break;
    case 'report update':
      to.changes.next(record, updateOf(state, event));
      break;
    case 'report gap':
      to.gaps.next(record, { channel: record.name, reason: state.error });
      break;
    case 'report gap to listeners':
      if (record.isHeard || to.features.some(({ isHeard }) => isHeard?.(record)))
        to.gaps.next(record, { channel: record.name, reason: state.error });
      break;
    case 'forget serial':
      record.channelSerial = undefined;
      break;
    case 'check modes':
      to.checkModes(record);
      break;
    case 'confirm later':
      if (to.confirmations.has(record)) to.raise(record, { type: 'confirmed' });
      break;
    case 'confirm':
      to.confirmations.next(record, undefined);
      break;
    case 'reject options':
      if (event.type === 'unanswered') to.confirmations.next(record, event.error);
      break;
    case 'drop attach lease':
      record.dropAttachLease();
      break;
    case 'end listeners':
      to.end(record, state.error);
      break;
  }
}
