import type { JSX } from 'preact';
import type { AdminRecording, AdminState } from '../../lib/emulator/console/protocol.js';
import { type ConsoleState, countOf, type Notice } from '../state/state.js';
import type { Acts } from './acts.js';
import { Act, Toggle } from './controls.js';
import { bytesOf, counted } from './format.js';

/** Words for the link, which are read out when they change. */
const linkWords: Readonly<Record<ConsoleState['link'], string>> = {
  connecting: 'Connecting…',
  connected: 'Connected.',
  lost: 'The emulator does not answer. Trying again…',
};

function Recording({
  recording: { running, frames, bytes },
  acts,
}: {
  readonly recording: AdminRecording;
  readonly acts: Acts;
}): JSX.Element {
  const size = `${counted(frames, 'frame')}, ${bytesOf(bytes)}`;
  return (
    <div class="acts" role="group" aria-label="Recording">
      <Toggle isOn={running} set={(on) => acts.ask({ do: 'record', on })}>
        Record
      </Toggle>
      {(running || frames > 0) && <span class="quiet">{size}</span>}
      {frames > 0 && !running && (
        <a href="recording" download="recording.jsonl">
          Download
        </a>
      )}
    </div>
  );
}

/** Faults for all clients of one server. */
function Server({
  server,
  name,
  servers,
  acts,
}: {
  readonly server: 'ably' | 'relay';
  readonly name: string;
  readonly servers: AdminState;
  readonly acts: Acts;
}): JSX.Element {
  const refusing = servers[server]?.refusing;
  return (
    <div class="acts" role="group" aria-label={name}>
      <span class="quiet">{servers[server]?.url}</span>
      <Toggle
        isOn={refusing !== false && refusing !== undefined}
        set={(on) => acts.ask({ do: 'refuse', on, server })}
      >
        Refuse newcomers
      </Toggle>
      <Act
        tone="danger"
        isOff={countOf(servers, server) === 0}
        does={() => acts.ask({ do: 'storm', server })}
      >
        Storm
      </Act>
    </div>
  );
}

/** The outcome of the last request: an error is read out at once. */
function Outcome({ notice }: { readonly notice: Notice | undefined }): JSX.Element {
  const [said, failed] = notice?.isError ? ['', notice.text] : [notice?.text ?? '', ''];
  return (
    <>
      <p class="outcome" role="status">
        {said}
      </p>
      <p class="outcome error" role="alert">
        {failed}
      </p>
    </>
  );
}

/** The state of all, and what is done to all. */
export function Header({
  link,
  servers,
  notice,
  acts,
}: Pick<ConsoleState, 'link' | 'servers' | 'notice'> & { readonly acts: Acts }): JSX.Element {
  return (
    <header>
      <h1>Console of rx-realtime</h1>
      <p class={`link ${link}`} role="status" aria-label="Link">
        {linkWords[link]}
      </p>
      {servers && (
        <>
          {servers.ably && <Server server="ably" name="Emulator" servers={servers} acts={acts} />}
          {servers.relay && <Server server="relay" name="Relay" servers={servers} acts={acts} />}
          <Recording recording={servers.recording} acts={acts} />
        </>
      )}
      <Outcome notice={notice} />
    </header>
  );
}
