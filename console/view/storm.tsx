import type { JSX } from 'preact';
import { type Storm as StormState, watched, wordsOf } from '../state/storm.js';
import type { Acts } from './acts.js';
import { Act } from './controls.js';
import { StormPlot } from './plot.js';

/** How they come back after all were dropped. Only the end is read out, not each step. */
export function Storm({ storm, acts }: { readonly storm: StormState; readonly acts: Acts }): JSX.Element {
  const last = storm.counts.at(-1)?.after ?? 0;
  const lasts = storm.back === undefined ? Math.min(watched, Math.max(last, 10_000)) : Math.max(last, 1000);
  return (
    <figure class="storm" aria-label="Storm">
      <StormPlot counts={storm.counts} before={storm.before} lasts={lasts} />
      <figcaption class="acts">
        {wordsOf(storm)}{' '}
        <Act label="Close the storm" does={() => acts.calm()}>
          Close
        </Act>
      </figcaption>
      <p class="unseen" role="status">
        {storm.back === undefined ? '' : wordsOf(storm)}
      </p>
    </figure>
  );
}
