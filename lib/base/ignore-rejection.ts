/** The promise itself, whose rejection does no harm where nobody awaits it; whoever does still gets it. */
export function ignoreRejection<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
