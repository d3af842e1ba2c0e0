import { Action } from '../../../lib/ably/wire/actions.js';
import type { ProtocolMessage } from '../../../lib/ably/wire/frames.js';
import type { Emulator } from '../../../lib/emulator/index.js';

/** One message that the server has accepted. */
export interface Accepted {
  readonly serial: string;
  readonly data: string;
}

/** What the server has accepted, by channel, in order: seen by one who sits in the server's own room. */
export function witnessOf(emulator: Emulator, channels: readonly string[]): ReadonlyMap<string, Accepted[]> {
  const accepted = new Map(channels.map((name): [string, Accepted[]] => [name, []]));
  const params = new URLSearchParams({ key: emulator.key, v: '6', format: 'json' });
  const hear = (data: string | Uint8Array): void => {
    const { action, channel = '', messages } = JSON.parse(String(data)) as ProtocolMessage;
    if (action !== Action.message) return;
    for (const { serial = '', data: said } of messages ?? [])
      accepted.get(channel)?.push({ serial, data: String(said) });
  };
  const session = emulator.connect(
    { params },
    { send: hear, close: () => undefined, terminate: () => undefined },
  );
  for (const channel of channels) session.receive(JSON.stringify({ action: Action.attach, channel }));
  return accepted;
}
