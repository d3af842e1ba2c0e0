import type { SideDoor } from './host/side-door.js';

/** Away from Node there is no server, and so no console. */
export const consoleDoor = (): SideDoor | undefined => undefined;
