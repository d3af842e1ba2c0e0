import { type FormEvent, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { RealtimeClient } from '../../../lib/index.js';
import { RealtimeProvider, useChannel, useConnection } from '../../../lib/react.js';
import { useMessages, usePresence } from '../../../lib/react.js';

const client = new RealtimeClient({ authUrl: '/token' }); // once, outside of components

function Chat({ room }: { readonly room: string }) {
  const { messages, error } = useMessages<{ text: string }>(room, { history: 50 });
  const [text, setText] = useState('');
  const { members } = usePresence(room, { typing: text !== '' }); // an object written here is no news: data compare as JSON
  const { retryIn } = useConnection();
  const channel = useChannel(room);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    await channel.publish('text', text);
    setText('');
  };
  return (
    <form onSubmit={send}>
      {retryIn !== undefined && <p role="status">Offline. Trying again in {retryIn / 1000} s.</p>}
      {error && <p role="alert">{error.message}</p>}
      {messages.map(({ serial, id, data }) => (
        <p key={serial ?? id}>{data}</p>
      ))}
      <p>{members.length} here</p>
      <input value={text} onChange={({ target }) => setText(target.value)} />
    </form>
  );
}

createRoot(document.body).render(
  <RealtimeProvider client={client}>
    <Chat room="lobby" />
  </RealtimeProvider>,
);
