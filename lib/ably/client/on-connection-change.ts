import type { ConnectionState } from '../../connection/state.js';
import type { ChannelEvent, LinkState } from '../channel/state.js';
import { reasonOrState } from '../transport/reason.js';
import type { AblySession } from '../transport/session.js';

type State = ConnectionState<AblySession>;
type LinkChange = readonly [link: LinkState, event: ChannelEvent];

/** RTL3: turns a step of the connection into events for every channel. */
export function linkChanges(before: State, state: State): readonly LinkChange[] {
  if (before.name === state.name) return [];
  switch (state.name) {
    case 'connected':
      return [['up', { type: 'link up', resumed: state.resumed }]]; // RTL3d
    case 'connecting':
      return [
        ...(before.name === 'closing' ? [closed] : []),
        ['waiting', { type: startsAnew(before) ? 'link renewed' : 'link interrupted' }],
      ];
    case 'disconnected':
      return [['waiting', { type: 'link interrupted' }]]; // RTL3e
    case 'suspended':
      return [['down', { type: 'link suspended', error: reasonOrState(state) }]]; // RTL3c
    case 'closing':
      return [['down', { type: 'link interrupted' }]];
    case 'closed':
      return [closed]; // RTL3b
    case 'failed':
      return [['down', { type: 'link failed', error: reasonOrState(state) }]]; // RTL3a
    case 'initialized':
      return [];
  }
}

const closed: LinkChange = ['down', { type: 'link closed' }];
/** RTN11b, RTN11d */
const startsAnew = ({ name }: State): boolean => name === 'closing' || name === 'closed' || name === 'failed';
