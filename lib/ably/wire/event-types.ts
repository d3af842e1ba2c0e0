import type { Message } from './message.js';
import type { OutgoingMessage } from './outgoing.js';

/** The events of a channel of which nothing is said: any name, any payload. */
export type AnyEvents = Readonly<Record<string, unknown>>;

/** The names of a channel's events; `string` where they are open. */
export type EventName<Events> = Extract<keyof Events, string>;

/** The messages of a channel, or of some of its events: a union in which the name tells the payload. */
export type MessageOf<Events, Name extends EventName<Events> = EventName<Events>> =
  string extends EventName<Events>
    ? Message<Events[EventName<Events>]>
    : { readonly [N in Name]: Message<Events[N], N> }[Name];

/** The messages of a channel, of which TypeScript infers `Events` as they are; of `MessageOf` it guesses them by the names. */
export type AnyMessageOf<Events> = MessageOf<NoInfer<Events>>;

/** The names that a message to publish on a channel may have; `null` for nothing at all, where the names are open. */
export type OutgoingName<Events> =
  string extends EventName<Events> ? EventName<Events> | null : EventName<Events>;

/** The payload to publish under a name. */
export type OutgoingData<Events, Name> = Events[Extract<
  Name extends null ? EventName<Events> : Name,
  keyof Events
>];

/** A payload as the last argument, which may be left out where it may be nothing. */
export type OutgoingArguments<Data> = undefined extends Data ? [data?: Data] : [data: Data];

/** The messages to publish on a channel. */
export type OutgoingOf<Events> =
  string extends EventName<Events>
    ? OutgoingMessage<Events[EventName<Events>]>
    : { readonly [N in EventName<Events>]: NamedMessage<N, Events[N]> }[EventName<Events>];

type NamedMessage<Name, Data> = OutgoingMessage<Data> & { readonly name: Name } & (undefined extends Data
    ? unknown
    : { readonly data: Data });
