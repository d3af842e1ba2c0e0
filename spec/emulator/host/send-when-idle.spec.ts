import { expect } from 'chai';
import { takeUntil } from 'rxjs';
import { sendWhenIdle } from '../../../lib/emulator/host/send-when-idle.js';
import { virtually } from '../../support/virtual-time.js';

describe('emulator: send when idle', () => {
  it(
    'sends after each interval of silence, which other sends restart',
    virtually(({ scheduler, act, flush, cold }) => {
      const transport = { lastSent: 0 };
      const sent: number[] = [];
      const send = (): void => {
        transport.lastSent = scheduler.now();
        sent.push(scheduler.now());
      };
      sendWhenIdle(transport, { interval: 10, scheduler, send })
        .pipe(takeUntil(cold('45ms x')))
        .subscribe();
      act('14ms s', { s: () => (transport.lastSent = scheduler.now()) });
      flush();
      expect(sent).to.deep.equal([10, 24, 34, 44]);
    }),
  );

  it(
    'completes at once for an interval of 0',
    virtually(({ scheduler, expectObservable }) => {
      const idle$ = sendWhenIdle({ lastSent: 0 }, { interval: 0, scheduler, send: () => undefined });
      expectObservable(idle$).toBe('|');
    }),
  );
});
