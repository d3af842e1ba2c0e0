import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Line } from '../state/frames.js';
import { actionNames } from '../state/frames.js';
import { type Log, unheardIn } from '../state/log.js';
import type { Acts } from './acts.js';
import { Act, Toggle } from './controls.js';
import { clockOf, counted } from './format.js';
import { FrameList } from './frame-list.js';

/** The inputs that filter; what they hold is in the state, so that a list follows each key. */
function Filters({
  log: { filter, methods },
  acts,
}: {
  readonly log: Log;
  readonly acts: Acts;
}): JSX.Element {
  return (
    <div class="filters" role="group" aria-label="Filter">
      <label class="field">
        <span>Action</span>
        <select
          value={filter.action}
          onChange={({ currentTarget }) => acts.filter({ action: currentTarget.value })}
        >
          <option value="">all</option>
          {[...actionNames, ...methods].map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {(['channel', 'text'] as const).map((key) => (
        <label key={key} class="field">
          <span>{key === 'channel' ? 'Channel or topic' : 'Text'}</span>
          <input
            type="search"
            value={filter[key]}
            onInput={({ currentTarget }) => acts.filter({ [key]: currentTarget.value })}
          />
        </label>
      ))}
    </div>
  );
}

const timesShown = 3;

/** Says when frames of this list were not told, because one connection was watched or the emulator did not answer. */
function Unheard({ log }: { readonly log: Log }): JSX.Element | null {
  const times = unheardIn(log);
  if (times.length === 0) return null;
  const more = times.length - timesShown;
  const texts = times
    .slice(-timesShown)
    .map(
      ({ since, until }) => `from ${clockOf(since)} ${until === undefined ? 'on' : `to ${clockOf(until)}`}`,
    );
  return (
    <p class="quiet counts">
      Frames are missing, because this page did not listen to them: {texts.join(', ')}
      {more > 0 && `, and ${counted(more, 'time')} before`}.
    </p>
  );
}

const jsonOf = ({ frame }: Line): string => JSON.stringify(frame.frame, undefined, 2);

/** The log of frames: of the chosen connection, or of all. */
export function Frames({
  log,
  of,
  acts,
}: {
  readonly log: Log;
  /** Id of the connection that is watched. */
  readonly of: string | undefined;
  readonly acts: Acts;
}): JSX.Element {
  const [chosen, choose] = useState<Line>();
  const copyAll = (): void => {
    const lines = log.shown.map(({ frame }) => JSON.stringify(frame)).join('\n');
    acts.copy(lines, counted(log.shown.length, 'frame'));
  };
  return (
    <section class="frames" aria-labelledby="frames-title" tabIndex={-1}>
      <div class="title">
        <h2 id="frames-title">Frames of {of ?? 'all connections'}</h2>
        {of !== undefined && <Act does={() => acts.choose({ connection: undefined })}>Watch all</Act>}
        <Toggle isOn={log.isPaused} set={(isPaused) => acts.pause(isPaused)}>
          Pause
        </Toggle>
        <Act does={() => acts.clear()}>Clear</Act>
        <Act does={copyAll}>Copy all</Act>
      </div>
      <Filters log={log} acts={acts} />
      <p class="quiet counts">
        {counted(log.shown.length, 'frame')}
        {log.isPaused && `, ${log.held.toLocaleString('en')} more since the pause`}
        {log.leftOut > 0 && `, ${log.leftOut.toLocaleString('en')} left out because they came too quickly`}
      </p>
      <Unheard log={log} />
      <FrameList
        log={log}
        chosen={chosen}
        choose={choose}
        copy={(line) => acts.copy(jsonOf(line), 'the frame')}
      />
      {chosen && (
        <section class="detail" aria-label="Chosen frame">
          <div class="title">
            <h3>{chosen.action}</h3>
            <Act does={() => acts.copy(jsonOf(chosen), 'the frame')}>Copy</Act>
            <Act does={() => choose(undefined)}>Close</Act>
          </div>
          <pre tabIndex={0} aria-label="The frame as JSON">
            {jsonOf(chosen)}
          </pre>
        </section>
      )}
    </section>
  );
}
