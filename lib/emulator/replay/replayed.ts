import type { SchedulerLike } from 'rxjs';
import { randomText, systemRandom, systemScheduler } from '../../rx/clock.js';
import { refuseConnection } from '../ably/connections/handshake.js';
import { refusal, wireErrorOf } from '../ably/wire/errors.js';
import type { ConnectRequest, ServerCore, Session, Transport } from '../host/server-core.js';
import type { RecordedLine } from '../recording/recorded-line.js';
import type { Identity } from './identity.js';
import { play } from './play.js';
import { readRecording, type RecordedChain } from './read-recording.js';
import { scriptOf } from './script.js';

/** Options that have an emulator play a recording. */
export interface ReplayOptions {
  /**
   * Lines of `recordingOf`, or their text: each client that connects gets a recorded connection, and the emulator's own
   * channels stay as they are. See docs/console.md for the rule.
   */
  readonly replay?: string | readonly RecordedLine[];
  /** A factor for the replay: 2 is twice as fast. Default: 1. */
  readonly speed?: number;
}

interface Settings extends ReplayOptions {
  readonly scheduler?: SchedulerLike;
  readonly random?: () => number;
}

/** A chain that is played to a client, and the transports of it that were. */
interface Playing {
  readonly chain: RecordedChain;
  played: number;
}

/**
 * The same server, whose WebSockets play a recording where one is given. Throws a TypeError that names the broken line, or
 * the option.
 */
export function replayed(core: ServerCore, settings: Settings): ServerCore {
  const { replay, speed = 1 } = settings;
  if (!(typeof speed === 'number' && speed > 0 && speed < Infinity))
    throw new TypeError(
      `The option \`speed\` is ${String(speed)}: give it a number above 0, as 2 for twice as fast.`,
    );
  return replay === undefined
    ? core
    : { ...core, connect: connecting(core, readRecording(replay), settings) };
}

const closedSession: Session = { receive: () => undefined, ended: () => undefined };

function connecting(
  { maxFrameSize }: ServerCore,
  chains: readonly RecordedChain[],
  { scheduler = systemScheduler, random = systemRandom, speed = 1 }: Settings,
): ServerCore['connect'] {
  const casting = cast(chains);
  const playing = new Map<string, Playing>();
  return (request: ConnectRequest, socket: Transport) => {
    const { params } = request;
    const key = params.get('resume') ?? params.get('recover') ?? '';
    const before = playing.get(idIn(key));
    const chosen = before ?? casting();
    const transport = chosen?.chain[chosen.played];
    if (!chosen || !transport) {
      refuseConnection(request, socket, wireErrorOf(isOver()));
      return closedSession;
    }
    const last = chosen.chain[chosen.played - 1];
    const goesOn = last?.opening.connection === transport.opening.connection;
    const identity = identityOf(goesOn ? idIn(key) : randomText(10, random), random);
    chosen.played += 1;
    playing.set(identity.id, chosen);
    return play(scriptOf(transport, chosen.played < chosen.chain.length), {
      ...{ socket, identity, scheduler, speed, maxFrameSize },
      format: params.get('format') === 'msgpack' ? 'msgpack' : 'json',
      heartbeats: params.get('heartbeats') === 'true',
    });
  };
}

/** Chooses a chain for a newcomer: the first one that was not taken; the only one each time. */
function cast(chains: readonly RecordedChain[]): () => Playing | undefined {
  let taken = 0;
  return () => {
    const chain = chains[chains.length === 1 ? 0 : taken];
    taken += 1;
    return chain && { chain, played: 0 };
  };
}

const idIn = (key: string): string => key.replace(/!.*$/s, '');

const identityOf = (id: string, random: () => number): Identity => ({
  id,
  key: `${id}!${randomText(16, random)}`,
});

const isOver = (): Error =>
  refusal(
    40400,
    404,
    'The recording has no further connection for this client: start the replay anew, or record one that goes on for longer.',
  );
