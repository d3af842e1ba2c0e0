import type { JSX } from 'preact';
import type { AdminRelay, AdminTopic } from '../../lib/emulator/console/protocol.js';
import type { Acts } from './acts.js';
import { Act, Choices, Facts, Field, Form } from './controls.js';
import { clockOf, counted, dataText } from './format.js';

function Topic({ topic: { topic, subscribers, messages } }: { readonly topic: AdminTopic }): JSX.Element {
  return (
    <section class="detail" aria-labelledby="topic-name">
      <h3 id="topic-name">{topic}</h3>
      <Facts facts={[['Subscribers', subscribers.join(', ') || 'none']]} />
      <h4>Messages ({messages.length})</h4>
      <ol class="list messages" aria-label={`Messages of ${topic}`}>
        {messages.slice(-50).map(({ message, tag, publishedAt }, at) => (
          <li key={at}>
            <time>{clockOf(publishedAt)}</time> <span class="quiet">tag {tag}</span>{' '}
            <span>{dataText(message)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Clients with their mailboxes; one that is chosen is watched, and can be dropped. */
function Clients({
  relay: { clients },
  chosen,
  acts,
}: {
  readonly relay: AdminRelay;
  readonly chosen: string | undefined;
  readonly acts: Acts;
}): JSX.Element {
  const found = clients.find(({ id }) => id === chosen);
  return (
    <>
      <Choices
        label="Clients of the relay"
        heads={['Client', 'State', 'Topics', 'Mailbox']}
        items={clients}
        keyOf={({ id }) => id}
        cells={({ id, connected, topics, mailbox }) => [
          id,
          connected ? 'connected' : 'away',
          String(topics.length),
          counted(mailbox, 'message'),
        ]}
        chosen={chosen}
        choose={(connection) => acts.choose({ connection })}
        none="No client has come to the relay."
      />
      {found && (
        <div class="acts" role="group" aria-label="Faults of the client">
          <Act
            tone="danger"
            isOff={!found.connected}
            does={() => acts.ask({ do: 'drop', connection: found.id })}
          >
            Drop
          </Act>
        </div>
      )}
    </>
  );
}

/** The relay: clients, topics, and a form. */
export function Relay({
  relay,
  chosen,
  topic,
  acts,
}: {
  readonly relay: AdminRelay;
  readonly chosen: string | undefined;
  readonly topic: string | undefined;
  readonly acts: Acts;
}): JSX.Element {
  const found = relay.topics.find((one) => one.topic === topic);
  return (
    <>
      <Clients relay={relay} chosen={chosen} acts={acts} />
      <Choices
        label="Topics"
        heads={['Topic', 'Subscribers', 'Messages']}
        items={relay.topics}
        keyOf={(one) => one.topic}
        cells={(one) => [one.topic, String(one.subscribers.length), String(one.messages.length)]}
        chosen={topic}
        choose={(next) => acts.choose({ topic: next })}
        none="There is no topic yet."
      />
      {found && <Topic topic={found} />}
      <div class="forms">
        <Form
          label="Publish to a topic"
          button="Publish"
          send={({ topic = '', message = '' }) => acts.ask({ do: 'relayPublish', topic, message })}
        >
          <h3>Publish</h3>
          <Field key={topic} label="Topic" name="topic" required defaultValue={topic ?? ''} />
          <Field label="Message" name="message" required />
        </Form>
      </div>
    </>
  );
}
