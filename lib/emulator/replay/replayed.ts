import type { SchedulerLike } from 'rxjs';
import { randomText, systemRandom, systemScheduler } from '../../rx/clock.js';
import { refuseConnection } from '../ably/connections/handshake.js';
import { refusal, wireErrorOf } from '../ably/wire/errors.js';
import type { ConnectRequest, ServerCore, Session, Transport } from '../host/server-core.js';
import type { RecordedLine } from '../recording/recorded-line.js';
import { castingOf } from './casting.js';
import type { Identity } from './identity.js';
import { play } from './play.js';
import { readRecording, type RecordedChain } from './read-recording.js';
import { scriptOf } from './script.js';

/** Options that have a server play a recording. */
export interface ReplayOptions {
  /**
   * Lines of `recordingOf`, or their text: each client that connects gets a recorded connection of this kind of server, and
   * the server's own channels or mailboxes stay as they are. See docs/console.md for the rule.
   */
  readonly replay?: string | readonly RecordedLine[];
  /** A factor for the replay: 2 is twice as fast. Default: 1. */
  readonly speed?: number;
}

interface Settings extends ReplayOptions {
  readonly scheduler?: SchedulerLike;
  readonly random?: () => number;
}

/**
 * The same server, whose WebSockets play a recording where one is given. Throws a TypeError that names the broken line, or
 * the option.
 */
export function replayed(core: ServerCore, settings: Settings): ServerCore {
  const { replay } = settings;
  const speed = speedOf(settings);
  return replay === undefined
    ? core
    : { ...core, connect: connecting(core, readRecording(replay, 'ably'), { ...settings, speed }) };
}

/** The factor for a replay. Throws a TypeError where it is none. */
export function speedOf({ speed = 1 }: ReplayOptions): number {
  if (typeof speed === 'number' && speed > 0 && speed < Infinity) return speed;
  throw new TypeError(
    `The option \`speed\` is ${String(speed)}: give it a number above 0, as 2 for twice as fast.`,
  );
}

const closedSession: Session = { receive: () => undefined, ended: () => undefined };

function connecting(
  { maxFrameSize }: ServerCore,
  chains: readonly RecordedChain[],
  { scheduler = systemScheduler, random = systemRandom, speed = 1 }: Settings,
): ServerCore['connect'] {
  const casting = castingOf(chains);
  return (request: ConnectRequest, socket: Transport) => {
    const { params } = request;
    const key = params.get('resume') ?? params.get('recover') ?? '';
    const role = casting(idIn(key));
    if (!role) {
      refuseConnection(request, socket, wireErrorOf(isOver()));
      return closedSession;
    }
    const identity = identityOf(role.goesOn ? idIn(key) : randomText(10, random), random);
    role.remember(identity.id);
    return play(scriptOf(role.transport, role.isFollowed), {
      ...{ socket, identity, scheduler, speed, maxFrameSize },
      format: params.get('format') === 'msgpack' ? 'msgpack' : 'json',
      heartbeats: params.get('heartbeats') === 'true',
    });
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
