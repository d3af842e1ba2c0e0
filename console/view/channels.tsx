import type { JSX } from 'preact';
import type { AdminChannel } from '../../lib/emulator/console/protocol.js';
import { keyOf, type Plots, rateOf } from '../state/plots.js';
import { typed } from '../state/typed.js';
import type { Acts } from './acts.js';
import { Channel } from './channel.js';
import { Choices, Field, Form } from './controls.js';
import { rateText } from './format.js';
import { RatePlot } from './plot.js';

/** Publishes and enters, on the chosen channel or on any other. */
function Forms({ channel, acts }: { readonly channel: string; readonly acts: Acts }): JSX.Element {
  return (
    <div class="forms">
      <Form
        label="Publish a message"
        button="Publish"
        send={({ channel = '', name, data = '' }) =>
          acts.ask({ do: 'publish', channel, ...(name && { name }), data: typed(data) })
        }
      >
        <h3>Publish</h3>
        <Field key={channel} label="Channel" name="channel" required defaultValue={channel} />
        <Field label="Name" name="name" />
        <Field label="Data, JSON or text" name="data" />
      </Form>
      <Form
        label="Enter presence"
        button="Enter"
        send={({ channel = '', clientId = '', data = '' }) =>
          acts.ask({ do: 'enter', channel, clientId, ...(data !== '' && { data: typed(data) }) })
        }
      >
        <h3>Enter presence</h3>
        <Field key={channel} label="Channel" name="channel" required defaultValue={channel} />
        <Field label="clientId" name="clientId" required />
        <Field label="Data, JSON or text" name="data" />
      </Form>
    </div>
  );
}

/** The channels, and the one that is chosen in full. */
export function Channels({
  channels,
  plots,
  chosen,
  acts,
}: {
  readonly channels: readonly AdminChannel[];
  readonly plots: Plots;
  readonly chosen: string | undefined;
  readonly acts: Acts;
}): JSX.Element {
  const found = channels.find((channel) => keyOf(channel) === chosen);
  return (
    <>
      <Choices
        label="Channels"
        heads={['Channel', 'Messages/s', 'Last 3 minutes', 'Members', 'Connections']}
        items={channels}
        keyOf={keyOf}
        cells={(channel) => {
          const plot = plots.of.get(keyOf(channel));
          return [
            channel.name,
            rateText(rateOf(plot)),
            <RatePlot seconds={plot?.seconds ?? []} name={channel.name} />,
            String(channel.members.length),
            String(channel.occupancy['connections'] ?? 0),
          ];
        }}
        chosen={chosen}
        choose={(channel) => acts.choose({ channel })}
        none="There is no channel yet. Publish to one below, or attach a client."
      />
      {found && <Channel channel={found} plot={plots.of.get(keyOf(found))} acts={acts} />}
      <Forms channel={found?.name ?? ''} acts={acts} />
    </>
  );
}
