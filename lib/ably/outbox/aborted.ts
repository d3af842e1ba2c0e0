/** A promise that rejects with the reason of an aborted signal, as `fetch` does; no harm where nobody awaits it. */
export function rejectAborted({ reason }: AbortSignal): Promise<never> {
  const promise = Promise.reject(reason as Error); // the user's own, whatever it is
  promise.catch(() => undefined);
  return promise;
}
