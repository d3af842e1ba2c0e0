import { type FormEvent, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useChannel, useConnection, useMessages, usePresence } from 'rx-realtime/react';
import { bannerOf, clientId, keepAtEnd, past, room, timeOf, typingFor, typingOf } from '../shared/chat.js';

const onHashChange = (listener: () => void) => {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
};

export function App() {
  const page = useSyncExternalStore(
    onHashChange,
    () => location.hash,
    () => '',
  );
  return (
    <div className="app">
      <header>
        <h1>Lobby</h1>
        <nav aria-label="Pages">
          <a href="#/">Room</a>
          <a href="#/about">About</a>
        </nav>
      </header>
      <Banner />
      {page === '#/about' ? <About /> : <Room />}
    </div>
  );
}

function Banner() {
  const { state, retryIn } = useConnection();
  return (
    <p className="banner" role="status">
      {bannerOf(state, retryIn)}
    </p>
  );
}

function Room() {
  const [isTyping, noteKey] = useTyping();
  const { messages, error, attached } = useMessages(room, past);
  const { members } = usePresence(room, { typing: isTyping });
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    if (list.current) keepAtEnd(list.current);
  }, [messages]);
  return (
    <main className="room">
      <ol className="messages" aria-label="Messages" aria-live="polite" tabIndex={0} ref={list}>
        {messages.map((message) => (
          <li key={message.serial}>
            <b>{message.clientId}</b> {String(message.data)} <time>{timeOf(message.timestamp)}</time>
          </li>
        ))}
      </ol>
      <section className="people" aria-labelledby="people">
        <h2 id="people">{members.length} here</h2>
        <ul>
          {members.map((member) => (
            <li key={member.memberKey}>
              {member.clientId === clientId ? `${member.clientId} (you)` : member.clientId}
            </li>
          ))}
        </ul>
      </section>
      <Send onKey={noteKey} note={error?.message ?? (attached ? typingOf(members) : undefined)} />
    </main>
  );
}

function Send({
  onKey,
  note,
}: {
  readonly onKey: (hasText: boolean) => void;
  readonly note?: string | undefined;
}) {
  const channel = useChannel(room);
  const [draft, setDraft] = useState('');
  const [failure, setFailure] = useState<string>();
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (draft === '') return;
    setDraft('');
    setFailure(undefined);
    onKey(false);
    channel.publish('text', draft).catch((error: unknown) => {
      setFailure(String(error));
      setDraft((newer) => (newer === '' ? draft : newer));
    });
  };
  return (
    <form className="send" onSubmit={send}>
      <label htmlFor="draft">Your message</label>
      <input
        id="draft"
        autoComplete="off"
        value={draft}
        onChange={({ target }) => {
          setDraft(target.value);
          onKey(target.value !== '');
        }}
      />
      <button>Send</button>
      <p className={failure === undefined ? 'quiet' : 'error'} aria-live="polite">
        {failure ?? note}
      </p>
    </form>
  );
}

/** Whether a key was hit a short while ago, and a function that says so. */
function useTyping() {
  const [typingSince, setTypingSince] = useState<number>();
  useEffect(() => {
    if (typingSince === undefined) return undefined;
    const timer = setTimeout(() => setTypingSince(undefined), typingFor);
    return () => clearTimeout(timer);
  }, [typingSince]);
  const noteKey = (hasText: boolean) => setTypingSince(hasText ? Date.now() : undefined);
  return [typingSince !== undefined, noteKey] as const;
}

const About = () => (
  <main>
    <p>
      One room, made with React and rx-realtime. Go back within two and a half seconds, and it is attached
      still.
    </p>
  </main>
);
