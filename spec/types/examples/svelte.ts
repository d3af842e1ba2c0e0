import type { RealtimeClient } from '../../../lib/index.js';
import { useConnection, useMessages, usePresence, useRealtime } from '../../../lib/svelte.js';

const { room }: { room: string } = $props();
let text = $state('');
const chat = useMessages(() => room, { history: 50 });
const present = usePresence(
  () => room,
  () => ({ typing: text !== '' }),
);
const connection = useConnection();
const client = useRealtime<RealtimeClient>();
const send = async () => {
  await client.channel(room).publish('text', text);
  text = '';
};

/** Read by the template. */
export const used = [chat, present, connection, send];
