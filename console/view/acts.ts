import type { AdminCommand } from '../../lib/emulator/console/protocol.js';
import type { Filter } from '../state/log.js';
import type { Chosen } from '../state/state.js';

/** All that a user can do. The object is the same for as long as the page lives. */
export interface Acts {
  /** Asks the emulator; the answer becomes a notice. */
  ask(command: AdminCommand): void;
  choose(chosen: Partial<Chosen>): void;
  filter(filter: Partial<Filter>): void;
  pause(isPaused: boolean): void;
  clear(): void;
  /** Takes the plot of a storm away. */
  calm(): void;
  copy(text: string, name: string): void;
}
