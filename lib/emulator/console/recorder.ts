import { EMPTY, finalize, Subject, switchMap } from 'rxjs';
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

/** All that was recorded. */
interface Recording {
  readonly texts: string[];
  frames: number;
  bytes: number;
  running: boolean;
}

export function recorder(servers: () => ConsoleServers): Recorder {
  let recording: Recording | undefined;
  const wanted$ = new Subject<boolean>();
  const begun = () => {
    const { ably, relay } = servers();
    const own: Recording = { texts: [], frames: 0, bytes: 0, running: true };
    recording = own;
    return recordedTexts([...(ably ? [ably.emulator] : []), ...(relay ? [relay.relay] : [])], {}).pipe(
      finalize(() => (own.running = false)),
    );
  };
  wanted$.pipe(switchMap((on) => (on ? begun() : EMPTY))).subscribe(({ line, text }) => {
    if (!recording) return;
    recording.texts.push(`${text}\n`);
    recording.bytes += text.length + 1;
    if ('direction' in line) recording.frames += 1;
  });
  return {
    get state() {
      const { running = false, frames = 0, bytes = 0 } = recording ?? {};
      return { running, frames, bytes };
    },
    record: (on) => wanted$.next(on),
    text: () => recording?.texts.join(''),
  };
}
