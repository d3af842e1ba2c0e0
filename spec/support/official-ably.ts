import type * as Ably from 'ably';

/** Closes an official client; resolves when nothing of it is left. */
export const ended = async (client: Ably.Realtime): Promise<void> => {
  client.close();
  if (client.connection.state !== 'failed') await client.connection.whenState('closed');
};
