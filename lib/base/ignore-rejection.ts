/** Marks the promise as handled, so that an ignored rejection is not an `unhandledRejection`; an awaited one still rejects. */
export function ignoreRejection<T>(promise: Promise<T>): Promise<T> {
  promise.catch(ignore);
  return promise;
}

const ignore = (): void => undefined;
