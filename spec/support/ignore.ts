/** Takes a rejection or an error that is of no interest. */
export const ignore = (): void => undefined;
