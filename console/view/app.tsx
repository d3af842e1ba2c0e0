import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { type ConsoleState, type Tab, tabs } from '../state/state.js';
import type { Acts } from './acts.js';
import { Channels } from './channels.js';
import { Connections } from './connections.js';
import { Frames } from './frames.js';
import { Header } from './header.js';
import { useKeptFocus } from './kept-focus.js';
import { Relay } from './relay.js';
import { Storm } from './storm.js';

interface Shown {
  readonly state: ConsoleState;
  readonly acts: Acts;
}

const names: Readonly<Record<Tab, string>> = {
  connections: 'Connections',
  channels: 'Channels',
  relay: 'Relay',
};

/** A server shows its tabs alone. */
const tabsOf = ({ servers }: ConsoleState): readonly Tab[] =>
  tabs.filter((tab) => !servers || (tab === 'relay' ? servers.relay : servers.ably));

const countOf = ({ servers }: ConsoleState, tab: Tab): number =>
  ({
    connections: servers?.ably?.connections.length ?? 0,
    channels: servers?.ably?.channels.length ?? 0,
    relay: servers?.relay?.clients.length ?? 0,
  })[tab];

function Tabs({ state, acts, current }: Shown & { readonly current: Tab }): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  const shown = tabsOf(state);
  const onKeyDown = ({ key, target }: KeyboardEvent): void => {
    const by = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
    const at = shown.findIndex((tab) => `tab-${tab}` === (target as Element).id); // `current` follows a frame later
    const next = shown[(at + by + shown.length) % shown.length];
    if (by === 0 || next === undefined) return;
    acts.choose({ tab: next });
    list.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return (
    <div ref={list} role="tablist" aria-label="Lists" onKeyDown={onKeyDown}>
      {shown.map((tab) => (
        <button
          key={tab}
          id={`tab-${tab}`}
          type="button"
          role="tab"
          aria-selected={tab === current ? 'true' : 'false'}
          aria-controls="panel"
          tabIndex={tab === current ? 0 : -1}
          onClick={() => acts.choose({ tab })}
        >
          {names[tab]} <span class="quiet">{countOf(state, tab)}</span>
        </button>
      ))}
    </div>
  );
}

/** The panel of a tab. It is rendered when what it shows has changed, and not with each frame of the log. */
function usePanel({ state, acts }: Shown, tab: Tab): JSX.Element | null {
  const { servers, rates, plots, chosen } = state;
  return useMemo(() => {
    if (!servers) return <p class="none">Waiting for the emulator.</p>;
    if (tab === 'relay')
      return servers.relay ? (
        <Relay relay={servers.relay} chosen={chosen.connection} topic={chosen.topic} acts={acts} />
      ) : null;
    if (!servers.ably) return null;
    return tab === 'connections' ? (
      <Connections
        connections={servers.ably.connections}
        rates={rates}
        chosen={chosen.connection}
        acts={acts}
      />
    ) : (
      <Channels channels={servers.ably.channels} plots={plots} chosen={chosen.channel} acts={acts} />
    );
  }, [servers, rates, plots, chosen, tab, acts]);
}

/** The whole console. */
export function App({ state, acts }: Shown): JSX.Element {
  const { link, servers, notice, storm, log, chosen } = state;
  const keptFocus = useKeptFocus();
  const shown = tabsOf(state);
  const tab = shown.includes(chosen.tab) ? chosen.tab : (shown[0] ?? 'connections');
  const header = useMemo(
    () => <Header link={link} servers={servers} notice={notice} acts={acts} />,
    [link, servers, notice, acts],
  );
  const panel = usePanel({ state, acts }, tab);
  const frames = useMemo(
    () => <Frames log={log} of={chosen.connection} acts={acts} />,
    [log, chosen.connection, acts],
  );
  return (
    <div class="console" {...keptFocus}>
      {header}
      {storm && <Storm storm={storm} acts={acts} />}
      <main>
        <section class="lists" aria-label="Lists">
          <Tabs state={state} acts={acts} current={tab} />
          <div id="panel" role="tabpanel" aria-labelledby={`tab-${tab}`} tabIndex={-1}>
            {panel}
          </div>
        </section>
        {frames}
      </main>
    </div>
  );
}
