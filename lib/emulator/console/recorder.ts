import { Subscription } from 'rxjs';
import { recordedTexts } from '../recording/recording-of.js';
import type { AdminRecording } from './protocol.js';
import type { ConsoleServers } from './servers.js';

/** The one recording of a console. */
export interface Recorder {
  readonly state: AdminRecording;
  /** Begins a recording, and forgets the one before; or ends it. */
  readonly record: (on: boolean) => void;
  /** The recording as JSON lines; undefined before there is one. */
  readonly text: () => string | undefined;
}

export function recorder(servers: () => ConsoleServers): Recorder {
  let texts: string[] | undefined;
  let [frames, bytes] = [0, 0];
  let running = new Subscription();
  running.unsubscribe();
  const begin = (): void => {
    const { ably, relay } = servers();
    const kept: string[] = [];
    [texts, frames, bytes] = [kept, 0, 0];
    running = recordedTexts(
      [...(ably ? [ably.emulator] : []), ...(relay ? [relay.relay] : [])],
      {},
    ).subscribe(({ line, text }) => {
      kept.push(`${text}\n`);
      bytes += text.length + 1;
      if ('direction' in line) frames += 1;
    });
  };
  return {
    get state() {
      return { running: !running.closed, frames, bytes };
    },
    record: (on) => {
      running.unsubscribe();
      if (on) begin();
    },
    text: () => texts?.join(''),
  };
}
