import {
  defer,
  EMPTY,
  filter,
  ignoreElements,
  map,
  merge,
  type Observable,
  take,
  tap,
  throwIfEmpty,
} from 'rxjs';
import { ErrorInfo } from '../wire/error-info.js';
import type { ChannelRecord } from './record.js';
import type { Channels } from './channels.js';
import { asksAnew, type ChannelSettings } from './options.js';

/** RTL16a: whether these settings are granted by an ATTACHED that is still to come. */
const isGrantedLater = ({ state, settings: before }: ChannelRecord, now: ChannelSettings): boolean => {
  const isAsked = asksAnew(before, now);
  const isAttaching = state.name === 'attaching';
  if (isAsked) return isAttaching || state.name === 'attached';
  return (isAttaching || isAsking(state)) && (now.params !== undefined || now.modes !== undefined);
};

const isAsking = (state: ChannelRecord['state']): boolean =>
  state.name === 'attaching' || (state.name === 'attached' && state.request !== undefined);

/**
 * RTL16, RTL16a: completes when the server has granted the new settings, which is at once where it need not be asked.
 * Errors when the channel is detached, suspended or fails first, and when the server does not answer in time.
 */
export const reconfigure = (
  record: ChannelRecord,
  settings: ChannelSettings,
  channels: Channels,
): Observable<never> =>
  defer(() => {
    const answered$ = channels.answersOf(record).pipe(
      filter(() => !isAsking(record.state)), // or else others have been asked for meanwhile, and these with them
      tap((error) => {
        if (error) throw error;
      }),
    );
    const left$ = channels.changesOf(record).pipe(
      filter(({ current }) => ['detached', 'suspended', 'failed'].includes(current)),
      map(({ reason, current }): never => {
        throw reason ?? ungranted(record, current);
      }),
    );
    const asked$ = defer(() => {
      const isLater = isGrantedLater(record, settings);
      channels.reconfigure(record, settings);
      return isLater ? EMPTY : [undefined];
    });
    return merge(answered$, left$, asked$).pipe(
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
