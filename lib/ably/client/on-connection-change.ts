import type { ConnectionState } from '../../connection/state.js';
import type { ChannelEvent, LinkState } from '../channel/state.js';
import { reasonOf } from './connection-changes.js';
import type { Outbox } from '../outbox/outbox.js';
import type { AblySession } from '../transport/session.js';
import type { Settings } from './settings.js';
import { ErrorInfo } from '../wire/error-info.js';

type State = ConnectionState<AblySession>;
type LinkChange = readonly [link: LinkState, event: ChannelEvent];

const noReason = (state: State): ErrorInfo =>
  reasonOf(state) ?? new ErrorInfo(`The connection is ${state.name}.`, { code: 80017 });

/** RTL3: what a step of the connection means to every channel. */
export function linkChanges(before: State, state: State): readonly LinkChange[] {
  if (before.name === state.name) return [];
  switch (state.name) {
    case 'connected':
      return [['up', { type: 'link up' }]]; // RTL3d
    case 'connecting':
      return [
        ...(before.name === 'closing' ? [closed] : []),
        ['waiting', { type: startsAnew(before) ? 'link renewed' : 'link interrupted' }],
      ];
    case 'disconnected':
      return [['waiting', { type: 'link interrupted' }]]; // RTL3e
    case 'suspended':
      return [['down', { type: 'link suspended', error: noReason(state) }]]; // RTL3c
    case 'closing':
      return [['down', { type: 'link interrupted' }]];
    case 'closed':
      return [closed]; // RTL3b
    case 'failed':
      return [['down', { type: 'link failed', error: noReason(state) }]]; // RTL3a
    case 'initialized':
      return [];
  }
}

const closed: LinkChange = ['down', { type: 'link closed' }];
/** RTN11b, RTN11d */
const startsAnew = ({ name }: State): boolean => name === 'closing' || name === 'closed' || name === 'failed';

/** RTN7d, RTN7e, RTN19a: what it means to what has not been acknowledged. */
export function updateOutbox(
  outbox: Outbox,
  before: State,
  state: State,
  { queueMessages }: Pick<Settings, 'queueMessages'>,
): void {
  if (before.name === state.name) return;
  if (state.name === 'connected') outbox.connected(state.resumed, state.session.extra.id);
  else if (state.name === 'suspended' || state.name === 'closed' || state.name === 'failed')
    outbox.lost(noReason(state));
  else if (before.name === 'closing')
    outbox.lost(noReason({ name: 'closed' })); // RTN11b: the old session was given up on purpose
  else if (state.name === 'disconnected' && !queueMessages) outbox.lost(noReason(state));
  else outbox.interrupted();
}
