/** Milliseconds: platforms' timers overflow at 2^31 and then fire at once. */
export const maxTimer = 2 ** 31 - 1;
