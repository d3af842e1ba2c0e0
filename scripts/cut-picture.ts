/**
 * Draws docs/images/cut.svg: states and messages of a client through a cut, as `connectionState$` and `messages$` emit them
 * over the emulator in memory, in virtual time. `npm run picture` writes it.
 */
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { runMarbles } from '../lib/testing/index.js';

export const file = new URL('../docs/images/cut.svg', import.meta.url);

interface Moment {
  readonly at: number;
  readonly text: string;
}

interface Seen {
  readonly published: readonly Moment[];
  readonly states: readonly Moment[];
  readonly received: readonly Moment[];
}

const end = 3400;
const cutAt = 1100;
const backAt = 2000;

/** Publishes a number each 300 ms; the network is away from `cutAt` to `backAt`. */
function lived(): Seen {
  const [published, states, received]: Moment[][] = [[], [], []] as Moment[][];
  runMarbles(
    ({ rt, scheduler }) => {
      const note = (list: Moment[] | undefined, text: string): void => {
        if (scheduler.now() < end) list?.push({ at: scheduler.now(), text }); // what follows is the end of the run
      };
      const client = rt.client({ disconnectedRetryTimeout: 400, random: () => 0.5 });
      client.connectionState$.subscribe((state) => note(states, state));
      client.channel('chat').messages$.subscribe({
        next: ({ data }) => note(received, String(data)),
        error: (error: Error) => note(received, error.message),
      });
      for (let number = 1; number <= 10; number += 1)
        scheduler.schedule(() => {
          note(published, String(number));
          rt.channel('chat').emit('number', String(number));
        }, number * 300);
      scheduler.schedule(() => {
        rt.refuse('drop');
        rt.drop();
      }, cutAt);
      scheduler.schedule(() => rt.refuse(false), backAt);
    },
    { latency: 60, until: end },
  );
  return { published: published ?? [], states: states ?? [], received: received ?? [] };
}

const left = 150;
const width = 860;
const x = (at: number): number => left + Math.round((at / end) * (width - left - 20));
const colours: Readonly<Record<string, string>> = {
  connected: '#1a7f37',
  connecting: '#9a6700',
  disconnected: '#cf222e',
};
const textAt = (at: number, y: number, text: string, more = ''): string =>
  `<text x="${at}" y="${y}" ${more}>${text}</text>`;
const dots = (moments: readonly Moment[], y: number): string =>
  moments
    .map(({ at, text }, index) => {
      const together = moments.slice(0, index).filter((other) => x(other.at) === x(at)).length;
      const cy = y + together * 22; // what comes in one frame stands below each other
      const more = 'text-anchor="middle" fill="#fff" font-size="11"';
      return `<circle cx="${x(at)}" cy="${cy}" r="10" fill="#0969da"/>${textAt(x(at), cy + 4, text, more)}`;
    })
    .join('\n');

const segments = (states: readonly Moment[]): string =>
  states
    .map(({ at, text }, index) => {
      const until = states[index + 1]?.at ?? end;
      const span = x(until) - x(at);
      const bar = `<rect x="${x(at)}" y="92" width="${Math.max(span, 1)}" height="26" fill="${colours[text] ?? '#6e7781'}"/>`;
      return span < 80 ? bar : bar + textAt(x(at) + 8, 109, text, 'fill="#fff" font-size="12"');
    })
    .join('\n');

/** The picture of one run; each run is the same. */
export function picture(): string {
  const { published, states, received } = lived();
  const away = `<rect x="${x(cutAt)}" y="10" width="${x(backAt) - x(cutAt)}" height="256" fill="#cf222e" opacity="0.08"/>`;
  const names = ['published', 'connectionState$', 'messages$'].map((name, index) =>
    textAt(10, [54, 109, 164][index] ?? 0, name, 'font-size="13" fill="#57606a"'),
  );
  const legend = Object.entries(colours)
    .map(([state, colour], index) => {
      const at = left + index * 110;
      const square = `<rect x="${at}" y="277" width="12" height="12" fill="${colour}"/>`;
      return square + textAt(at + 18, 288, state, 'font-size="12" fill="#57606a"');
    })
    .join('\n');
  const told = `${received.length} of ${published.length} received, in order, each once`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} 300" font-family="system-ui, sans-serif" role="img">
<title>A client through a cut of its network: ${told}</title>
<rect width="${width}" height="300" rx="8" fill="#f6f8fa"/>
${away}
${textAt(x(cutAt) + 6, 26, 'no network', 'font-size="12" fill="#cf222e"')}
${names.join('\n')}
${dots(published, 50)}
${segments(states)}
${dots(received, 160)}
${legend}
${textAt(width - 20, 288, told, 'font-size="12" fill="#57606a" text-anchor="end"')}
</svg>
`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  writeFileSync(file, picture());
