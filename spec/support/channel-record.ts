import { EMPTY } from 'rxjs';
import type { ChannelHost, ChannelRecord } from '../../lib/ably/channel/port.js';
import { BareRecord } from '../../lib/ably/channel/record.js';
import { type ChannelState, initialized } from '../../lib/ably/channel/state.js';

const settings: ChannelRecord['settings'] = {
  params: undefined,
  modes: undefined,
  cipher: undefined,
  attachOnSubscribe: true,
  payloads: undefined,
};

/** The record of channel `a` in a state, on its own: of its host there is as much as a spec gives. */
export function recordIn(
  state: Partial<ChannelState> = {},
  { host, ...own }: { readonly host?: object } & Partial<Pick<ChannelRecord, 'settings' | 'flags'>> = {},
): ChannelRecord {
  const nothing = { changesOf: () => EMPTY, whyNotAttachable: () => undefined };
  const record = new BareRecord('a', own.settings ?? settings, {
    ...nothing,
    ...host,
  } as unknown as ChannelHost);
  record.state = { ...initialized, ...state } as ChannelState;
  record.flags = own.flags ?? 0;
  return record;
}

/** The settings of a channel without options, but for some. */
export const settingsWith = (some: Partial<ChannelRecord['settings']>): ChannelRecord['settings'] => ({
  ...settings,
  ...some,
});
