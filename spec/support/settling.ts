/** Resolves after promises, which settle in microtasks. */
export const settling = (): Promise<void> => new Promise((done) => setImmediate(done));
