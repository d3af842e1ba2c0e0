/**
 * An error as JSON, which by itself leaves out the message and the cause. Of an error that is not of this library it tells
 * the name and the message alone, because its fields may be anything; of a cause that is no error nothing: it may be a secret.
 */
export function errorJson(error: Error): object {
  const { message, cause } = error;
  return {
    name: error.name,
    message,
    ...(error as object),
    ...(cause instanceof Error && { cause: told(cause) }),
  };
}

const told = (error: Error): object =>
  'toJSON' in error ? error : { name: error.name, message: error.message };

/** The last sentence of errors of a connection that was not opened, which is not true of a client that is given up. */
export const goesOn = 'The client goes on trying.';
