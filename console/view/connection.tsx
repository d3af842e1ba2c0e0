import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { AdminConnection } from '../../lib/emulator/console/protocol.js';
import type { Acts } from './acts.js';
import { Act, Facts, Field, Form, Toggle } from './controls.js';
import { bytesOf, clockOf, counted } from './format.js';

interface Of {
  readonly connection: AdminConnection;
  readonly acts: Acts;
}

/** The faults that are made by a click. */
function Faults({
  connection: { id, state, hasToken, delay },
  acts,
  isGone,
}: Of & { readonly isGone: boolean }): JSX.Element {
  const of = { connection: id };
  return (
    <div class="acts" role="group" aria-label="Faults">
      <Act tone="danger" isOff={isGone} does={() => acts.ask({ do: 'drop', ...of })}>
        Drop
      </Act>
      <Toggle
        isOff={isGone}
        isOn={state === 'half-open'}
        set={(on) => acts.ask({ do: 'silence', ...of, on })}
      >
        Silence
      </Toggle>
      <Act isOff={isGone} does={() => acts.ask({ do: 'nack', ...of, count: 1 })}>
        NACK the next publish
      </Act>
      <Act isOff={isGone} does={() => acts.ask({ do: 'forget', ...of })}>
        Forget the session
      </Act>
      <Act isOff={isGone || !hasToken} does={() => acts.ask({ do: 'expireToken', ...of })}>
        Expire the token
      </Act>
      <Form
        label="Delay"
        button="Delay"
        isOff={isGone}
        send={({ ms }) => acts.ask({ do: 'delay', ...of, ms: Number(ms) })}
      >
        <Field
          label="Delay, ms"
          name="ms"
          type="number"
          min="0"
          max="600000"
          step="1"
          required
          defaultValue={String(delay)}
        />
      </Form>
    </div>
  );
}

function Channels({
  connection: { id, channels },
  acts,
  isGone,
}: Of & { readonly isGone: boolean }): JSX.Element {
  return (
    <ul class="list" aria-label="Channels of the connection">
      {channels.slice(0, 100).map((channel) => (
        <li key={channel}>
          <span>{channel}</span>
          <span class="acts">
            <Act
              isOff={isGone}
              label={`Detach ${channel}`}
              does={() => acts.ask({ do: 'detach', connection: id, channel })}
            >
              Detach
            </Act>
            <Act
              isOff={isGone}
              label={`Fail ${channel}`}
              does={() => acts.ask({ do: 'fail', connection: id, channel })}
            >
              Fail
            </Act>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** One connection in full. When it is gone its last state stays, so that the keyboard is not lost with it. */
export function Connection({
  id,
  connection,
  acts,
}: {
  readonly id: string;
  readonly connection: AdminConnection | undefined;
  readonly acts: Acts;
}): JSX.Element {
  const last = useRef(connection);
  last.current = connection ?? last.current;
  const shown = last.current;
  const name = shown?.clientId ?? id;
  return (
    <section class="detail" aria-labelledby="connection-name">
      <h3 id="connection-name">
        {name} {!connection && <span class="quiet">(is gone)</span>}
      </h3>
      {shown && (
        <>
          <Faults connection={shown} acts={acts} isGone={!connection} />
          <Facts
            facts={[
              ['Id', shown.id],
              ['Since', clockOf(shown.since)],
              ['In', `${counted(shown.framesIn, 'frame')}, ${bytesOf(shown.bytesIn)}`],
              ['Out', `${counted(shown.framesOut, 'frame')}, ${bytesOf(shown.bytesOut)}`],
              ['Waiting', bytesOf(shown.bytesWaiting)],
              ['Delay', shown.delay === 0 ? 'none' : `${shown.delay} ms`],
            ]}
          />
          <Channels connection={shown} acts={acts} isGone={!connection} />
        </>
      )}
    </section>
  );
}
