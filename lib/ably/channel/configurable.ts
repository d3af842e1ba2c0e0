import { ErrorInfo } from '../wire/error-info.js';
import type { ChannelRecord } from './record.js';
import { asksAnew, type ChannelSettings } from './options.js';

/** RTS3c1: throws where the settings would take another ATTACH, which is `setOptions()`'s to ask for. */
export function checkConfigurable({ name, state, settings }: ChannelRecord, wanted: ChannelSettings): void {
  if (!asksAnew(settings, wanted) || (state.name !== 'attached' && state.name !== 'attaching')) return;
  throw new ErrorInfo(
    `Channel "${name}" is ${state.name} with other params or modes. Change them by channel.setOptions().`,
    { code: 40000 },
  );
}
