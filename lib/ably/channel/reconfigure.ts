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
import type { Cell } from './record.js';
import type { Channels } from './channels.js';
import { asksAnew, type ChannelSettings } from './options.js';

/** RTL16a: whether these settings are granted by an ATTACHED that is still to come. */
const isGrantedLater = ({ state, settings: before }: Cell, now: ChannelSettings): boolean => {
  const isAsked = asksAnew(before, now);
  const isAttaching = state.name === 'attaching';
  if (isAsked) return isAttaching || state.name === 'attached';
  return (isAttaching || isAsking(state)) && (now.params !== undefined || now.modes !== undefined);
};

const isAsking = (state: Cell['state']): boolean =>
  state.name === 'attaching' || (state.name === 'attached' && state.request !== undefined);

/**
 * RTL16, RTL16a: completes when the server has granted the new settings, which is at once where it need not be asked.
 * Errors when the channel is detached, suspended or fails first, and when the server does not answer in time.
 */
export const reconfigured = (cell: Cell, settings: ChannelSettings, channels: Channels): Observable<never> =>
  defer(() => {
    const answered$ = channels.answersOf(cell).pipe(
      filter(() => !isAsking(cell.state)), // or else others have been asked for meanwhile, and these with them
      tap((error) => {
        if (error) throw error;
      }),
    );
    const left$ = channels.changesOf(cell).pipe(
      filter(({ current }) => ['detached', 'suspended', 'failed'].includes(current)),
      map(({ reason, current }): never => {
        throw reason ?? ungranted(cell, current);
      }),
    );
    const asked$ = defer(() => {
      const isLater = isGrantedLater(cell, settings);
      channels.reconfigure(cell, settings);
      return isLater ? EMPTY : [undefined];
    });
    return merge(answered$, left$, asked$).pipe(
      take(1),
      throwIfEmpty(() => ungranted(cell, 'disposed of')),
      ignoreElements(),
    );
  });

const ungranted = ({ name }: Cell, found: string): ErrorInfo =>
  new ErrorInfo(
    `The new options of channel "${name}" have not been granted: it is ${found}. Set them again.`,
    {
      code: 90000,
      statusCode: 400,
    },
  );
