import type { JSX } from 'preact';
import type { AdminChannel, AdminMember, AdminMessage } from '../../lib/emulator/console/protocol.js';
import type { Plot } from '../state/plots.js';
import type { Acts } from './acts.js';
import { Act, Facts } from './controls.js';
import { clockOf, counted, dataText } from './format.js';
import { RatePlot } from './plot.js';

/** Members that are listed at most. */
const mostMembers = 100;

function Members({
  channel,
  members,
  acts,
}: {
  readonly channel: string;
  readonly members: readonly AdminMember[];
  readonly acts: Acts;
}): JSX.Element {
  return (
    <>
      <h4>Members ({members.length})</h4>
      <ul class="list" aria-label={`Members of ${channel}`}>
        {members.slice(0, mostMembers).map(({ clientId, connectionId, data }) => (
          <li key={`${connectionId} ${clientId}`}>
            <span>
              {clientId} <span class="quiet">{dataText(data)}</span>
            </span>
            <Act label={`Make ${clientId} leave`} does={() => acts.ask({ do: 'leave', channel, clientId })}>
              Leave
            </Act>
          </li>
        ))}
      </ul>
      {members.length > mostMembers && <p class="none">{members.length - mostMembers} more are not shown.</p>}
    </>
  );
}

function Messages({
  channel,
  messages,
}: {
  readonly channel: string;
  readonly messages: readonly AdminMessage[];
}): JSX.Element {
  return (
    <>
      <h4>Last messages</h4>
      <ol class="list messages" aria-label={`Last messages of ${channel}`}>
        {messages.map(({ serial, timestamp, name, clientId, data }) => (
          <li key={serial}>
            <time>{clockOf(timestamp)}</time> <b>{name}</b> <span class="quiet">{clientId}</span>{' '}
            <span>{dataText(data)}</span>
          </li>
        ))}
      </ol>
    </>
  );
}

/** One channel in full. */
export function Channel({
  channel,
  plot,
  acts,
}: {
  readonly channel: AdminChannel;
  readonly plot: Plot | undefined;
  readonly acts: Acts;
}): JSX.Element {
  const { name, appId, members, occupancy, published, latest } = channel;
  return (
    <section class="detail" aria-labelledby="channel-name">
      <h3 id="channel-name">{name}</h3>
      <RatePlot seconds={plot?.seconds ?? []} name={name} />
      <Facts
        facts={[['App', appId], ['Published', counted(published, 'message')], ...Object.entries(occupancy)]}
      />
      <Members channel={name} members={members} acts={acts} />
      <Messages channel={name} messages={latest} />
    </section>
  );
}
