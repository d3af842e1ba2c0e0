import type { JSX, TargetedKeyboardEvent } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Line, summaryOf } from '../state/frames.js';
import type { Log } from '../state/log.js';
import { bytesOf, clockOf } from './format.js';

/** Pixels of a line, as the style sheet has it. */
const lineHeight = 28;
/** Lines beyond those in sight. */
const spare = 8;

interface Listed {
  readonly log: Log;
  readonly chosen: Line | undefined;
  readonly choose: (line: Line | undefined) => void;
  readonly copy: (line: Line) => void;
}

/** How far each key moves in the list. */
const moves: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 10,
  PageUp: -10,
  End: Infinity,
  Home: -Infinity,
};

function Row({
  line,
  at,
  of,
  isChosen,
  choose,
}: {
  readonly line: Line;
  readonly at: number;
  readonly of: number;
  readonly isChosen: boolean;
  readonly choose: (line: Line) => void;
}): JSX.Element {
  const { direction, bytes, connection } = line.frame;
  return (
    <div
      id={`frame-${line.id}`}
      role="option"
      class={`line ${direction}`}
      aria-selected={isChosen ? 'true' : 'false'}
      aria-setsize={of}
      aria-posinset={at + 1}
      style={{ top: `${at * lineHeight}px` }}
      onClick={() => choose(line)}
    >
      <time>{clockOf(line.frame.at)}</time>
      <span class="direction">{direction === 'in' ? '→ in' : '← out'}</span>
      <b>{line.action}</b>
      <span class="channel">{line.channel}</span>
      <span class="said">{summaryOf(line)}</span>
      <span class="quiet size">{bytesOf(bytes)}</span>
      <span class="quiet connection">{connection}</span>
    </div>
  );
}

/** Follows the end of the list while it is in sight, and keeps the lines in sight where they are else. */
function useScroll({ shown, gone }: Log) {
  const list = useRef<HTMLDivElement>(null);
  const before = useRef(gone);
  const [{ top, isAtEnd }, setPlace] = useState({ top: 0, isAtEnd: true });
  const [height, setHeight] = useState(400);
  useLayoutEffect(() => {
    const sizes = new ResizeObserver(([entry]) => setHeight(entry?.contentRect.height ?? 0));
    if (list.current) sizes.observe(list.current);
    return () => sizes.disconnect();
  }, []);
  useLayoutEffect(() => {
    const { current } = list;
    const by = (gone - before.current) * lineHeight;
    before.current = gone;
    if (!current) return;
    if (isAtEnd) current.scrollTop = shown.length * lineHeight;
    else if (by > 0) setPlace({ top: (current.scrollTop -= by), isAtEnd });
  }, [shown, gone]);
  const onScroll = (): void => {
    const { current } = list;
    if (!current) return;
    const isThere = current.scrollTop + current.clientHeight >= current.scrollHeight - lineHeight;
    if (!isThere || !isAtEnd) setPlace({ top: current.scrollTop, isAtEnd: isThere });
  };
  // renders the end at once where it is followed, and not again after the browser has scrolled there
  return { list, top: isAtEnd ? shown.length * lineHeight - height : top, height, onScroll };
}

/** The lines in sight of a list that may be long. */
export function FrameList({ log, chosen, choose, copy }: Listed): JSX.Element {
  const { list, top, height, onScroll } = useScroll(log);
  const { shown } = log;
  const from = Math.max(0, Math.min(shown.length, Math.floor(top / lineHeight)) - spare);
  const seen = shown.slice(from, from + Math.ceil(height / lineHeight) + 2 * spare);
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
    const { key, ctrlKey, metaKey } = event;
    if (key === 'c' && (ctrlKey || metaKey) && chosen && String(getSelection()) === '') copy(chosen);
    const by = moves[key];
    if (by === undefined || shown.length === 0) return;
    event.preventDefault();
    const at = chosen ? shown.indexOf(chosen) : -1;
    const next = Math.max(0, Math.min(shown.length - 1, (at < 0 && by < 0 ? shown.length : at) + by));
    choose(shown[next]);
    const { current } = list;
    if (!current) return;
    const [start, end] = [next * lineHeight, (next + 1) * lineHeight];
    if (start < current.scrollTop) current.scrollTop = start;
    else if (end > current.scrollTop + current.clientHeight) current.scrollTop = end - current.clientHeight;
  };
  const isInSight = chosen !== undefined && seen.includes(chosen);
  return (
    <div
      ref={list}
      class={log.filter.connection === '' ? 'log' : 'log of-one'}
      role="listbox"
      aria-label="Frames"
      tabIndex={0}
      aria-activedescendant={isInSight ? `frame-${chosen.id}` : undefined}
      onScroll={onScroll}
      onKeyDown={onKeyDown}
    >
      <div class="lines" role="presentation" style={{ height: `${shown.length * lineHeight}px` }}>
        {seen.map((line, at) => (
          <Row
            key={line.id}
            line={line}
            at={from + at}
            of={shown.length}
            isChosen={line === chosen}
            choose={choose}
          />
        ))}
      </div>
    </div>
  );
}
