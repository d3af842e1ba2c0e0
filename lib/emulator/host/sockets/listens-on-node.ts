/** Says that there are no sockets to listen on, and what to do instead. */
export const listensOnNode = (): Error =>
  new Error(
    'The emulator listens on Node only. Use inMemory() or inMemoryRelay(), or run `npx rx-realtime emulator`; in Jest, begin the file with `@jest-environment node`.',
  );
