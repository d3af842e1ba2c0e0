import { expect } from 'chai';
import { type RunHelpers, TestScheduler } from 'rxjs/testing';

export interface Virtual extends RunHelpers {
  /** What timed operators are given; its `now()` is the virtual millisecond. */
  readonly scheduler: TestScheduler;
  /** Does a deed at each marble. */
  readonly act: (marbles: string, deeds: Readonly<Record<string, () => void>>) => void;
}

/** Runs `body` in virtual time: 60 seconds of it take no time at all. */
export const virtually = (body: (virtual: Virtual) => void) => (): void => {
  const scheduler = new TestScheduler((actual, expected) => {
    expect(actual).to.deep.equal(expected);
  });
  scheduler.run((helpers) => {
    body({
      ...helpers,
      scheduler,
      act: (marbles, deeds) => void helpers.hot(marbles, { ...deeds }).subscribe((deed) => deed()),
    });
  });
};
