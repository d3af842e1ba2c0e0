import { defer, EMPTY, endWith, filter, ignoreElements, map, merge, type Observable, take } from 'rxjs';
import { within } from '../../rx/within.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { Cell } from './cell.js';
import type { Channels } from './channels.js';
import type { ChannelSettings } from './options.js';
import type { ChannelServices } from './services.js';

/**
 * RTL16, RTL16a: completes when the server has granted the new settings, which is at once where it need not be asked.
 * Errors when the channel is detached, suspended or fails first, and when the server does not answer in time.
 */
export const reconfigured = (
  cell: Cell,
  settings: ChannelSettings,
  channels: Channels,
  { requestTimeout, scheduler }: ChannelServices,
): Observable<undefined> =>
  defer(() => {
    const isAsking = (): boolean => cell.state.name === 'attaching' || 'request' in cell.state;
    const granted$ = channels.arrivalsOf(cell).pipe(filter(() => !isAsking()));
    const left$ = channels.changesOf(cell).pipe(
      filter(({ current }) => ['detached', 'suspended', 'failed'].includes(current)),
      map(({ reason, current }): never => {
        throw reason ?? ungranted(cell, `is ${current}`);
      }),
    );
    const asked$ = defer(() => {
      channels.reconfigure(cell, settings);
      return isAsking() ? EMPTY : [undefined];
    });
    return merge(granted$, left$, asked$).pipe(
      take(1),
      within(requestTimeout, scheduler, () => ungranted(cell, 'got no answer in time')),
      ignoreElements(),
      endWith(undefined),
    );
  });

const ungranted = ({ name }: Cell, what: string): ErrorInfo =>
  new ErrorInfo(`The new options of channel "${name}" have not been granted: it ${what}. Set them again.`, {
    code: 90007,
    statusCode: 408,
  });
