import { ref } from 'vue';
import { useChannel, useConnection, useMessages, usePresence } from '../../../lib/vue.js';

const props = defineProps<{ room: string }>();
const { messages, error } = useMessages(() => props.room, { history: 50 });
const typing = ref(false);
const { members } = usePresence(
  () => props.room,
  () => ({ typing: typing.value }),
);
const { retryIn } = useConnection();
const channel = useChannel(() => props.room);
const send = (text: string) => channel.value.publish('text', text);

/** Read by the template. */
export const used = { messages, error, members, retryIn, send };
