import { RelayError } from './relay-error.js';

const loneSurrogate = /\p{Surrogate}/u;

/** Makes an error for a wrong argument. */
export const wrongArgument = (text: string): RelayError => new RelayError(text, { code: -32602 });

/** Throws unless a topic is a string that is not empty; the relay decides about the rest. */
export function checkTopic(topic: unknown): void {
  if (typeof topic !== 'string' || topic === '')
    throw wrongArgument('A topic has to be a string that is not empty.');
  checkWellFormed('The topic', topic);
}

/** Throws on text that UTF-8 cannot carry; `name` begins the sentence. */
export function checkWellFormed(name: string, text: string): void {
  if (loneSurrogate.test(text))
    throw wrongArgument(
      `${name} has a lone surrogate, which UTF-8 cannot carry. Use well-formed text, or encode bytes.`,
    );
}
