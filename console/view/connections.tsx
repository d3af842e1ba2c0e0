import type { JSX } from 'preact';
import type { AdminConnection } from '../../lib/emulator/console/protocol.js';
import type { Rates } from '../state/rates.js';
import type { Acts } from './acts.js';
import { Choices } from './controls.js';
import { Connection } from './connection.js';
import { bytesOf, rateText } from './format.js';

/** The connections of the emulator of Ably, and the one that is chosen in full. */
export function Connections({
  connections,
  rates,
  chosen,
  acts,
}: {
  readonly connections: readonly AdminConnection[];
  readonly rates: Rates;
  readonly chosen: string | undefined;
  readonly acts: Acts;
}): JSX.Element {
  const cells = (connection: AdminConnection): readonly string[] => {
    const rate = rates.perSecond.get(connection.id);
    return [
      connection.clientId === undefined ? connection.id : `${connection.clientId} (${connection.id})`,
      connection.state,
      connection.format,
      rateText(rate?.in ?? 0),
      rateText(rate?.out ?? 0),
      bytesOf(connection.bytesWaiting),
      String(connection.channels.length),
    ];
  };
  return (
    <>
      <Choices
        label="Connections"
        heads={['Client', 'State', 'Format', 'In/s', 'Out/s', 'Waiting', 'Channels']}
        items={connections}
        keyOf={({ id }) => id}
        cells={cells}
        chosen={chosen}
        choose={(connection) => acts.choose({ connection })}
        none="No client is connected."
      />
      {chosen !== undefined && (
        <Connection
          key={chosen}
          id={chosen}
          connection={connections.find(({ id }) => id === chosen)}
          acts={acts}
        />
      )}
    </>
  );
}
