import {
  defer,
  EMPTY,
  filter,
  ignoreElements,
  lastValueFrom,
  map,
  merge,
  type Observable,
  take,
  tap,
  throwIfEmpty,
} from 'rxjs';
import { ErrorInfo } from '../wire/error-info.js';
import { asksAnew, type ChannelOptions, type ChannelSettings } from '../channel/options.js';
import type { ChannelRecord } from '../channel/port.js';

/** RTL16a: whether these settings are granted by an ATTACHED that is still to come. */
const isGrantedLater = ({ state, settings: before }: ChannelRecord, now: ChannelSettings): boolean => {
  const isAsked = asksAnew(before, now);
  const isAttaching = state.name === 'attaching';
  if (isAsked) return isAttaching || state.name === 'attached';
  return (isAttaching || isAsking(state)) && (now.params !== undefined || now.modes !== undefined);
};

const isAsking = (state: ChannelRecord['state']): boolean =>
  state.name === 'attaching' || (state.name === 'attached' && state.reconfiguring !== undefined);

/**
 * RTL16, RTL16a: completes when the server has granted the new settings, which is at once where it need not be asked.
 * Errors when the channel is detached, suspended or fails first, and when the server does not answer in time.
 */
const reconfigure = (record: ChannelRecord, settings: ChannelSettings): Observable<never> =>
  defer(() => {
    const { host } = record;
    const confirmed$ = host.confirmationsOf(record).pipe(
      filter(() => !isAsking(record.state)), // or else others have been asked for meanwhile, and these with them
      tap((error) => {
        if (error) throw error;
      }),
    );
    const left$ = host.changesOf(record).pipe(
      filter(({ current }) => ['detached', 'suspended', 'failed'].includes(current)),
      map(({ reason, current }): never => {
        throw reason ?? ungranted(record, current);
      }),
    );
    const asked$ = defer(() => {
      const isLater = isGrantedLater(record, settings);
      host.reconfigure(record, settings);
      return isLater ? EMPTY : [undefined];
    });
    return merge(confirmed$, left$, asked$).pipe(
      take(1),
      throwIfEmpty(() => ungranted(record, 'disposed of')),
      ignoreElements(),
    );
  });

const ungranted = ({ name }: ChannelRecord, found: string): ErrorInfo =>
  new ErrorInfo(
    `The new options of channel "${name}" have not been granted: it is ${found}. Set them again.`,
    {
      code: 90000,
      statusCode: 400,
    },
  );

/** RTL16: gives a channel other options from now on; see `channel.setOptions()`. */
export async function setOptionsOf(record: ChannelRecord, options: ChannelOptions): Promise<void> {
  const settings = record.host.settingsOf(options);
  await lastValueFrom(reconfigure(record, settings), { defaultValue: undefined });
}
