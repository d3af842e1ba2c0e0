import { JSDOM } from 'jsdom';
import { type EmulatorOptions, inMemory } from '../../lib/emulator/index.js';
import { type ClientOptions, RealtimeClient } from '../../lib/index.js';

/** Puts the globals of a page in place, for frameworks that expect them. To be called before a framework is imported. */
export function openPage(): Document {
  const { window } = new JSDOM('<!doctype html><div id="app"></div>', { pretendToBeVisual: true });
  const { document, requestAnimationFrame, cancelAnimationFrame, Element, HTMLElement, Node } = window;
  const {
    SVGElement,
    MathMLElement = class {},
    Text,
    Comment,
    MutationObserver,
    navigator,
  } = window as never as Record<string, unknown>;
  for (const [name, value] of Object.entries({
    ...{ window, document, requestAnimationFrame, cancelAnimationFrame, Element, HTMLElement, Node },
    ...{ SVGElement, MathMLElement, Text, Comment, MutationObserver, navigator },
  }))
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  return document;
}

/** An emulator in memory, a client of a page, and what its clients send, as words such as `10 chat`. */
export function pageWorld(options: ClientOptions = {}, emulated: EmulatorOptions = {}) {
  const { key, webSocketCtor: Plain, fetch, emulator } = inMemory(emulated);
  const sent: string[] = [];
  class Noted extends (Plain as new (url: string) => WebSocket) {
    override send(data: string): void {
      const { action, channel = '' } = JSON.parse(data) as {
        readonly action: number;
        readonly channel?: string;
      };
      sent.push(`${action} ${channel}`.trim());
      super.send(data);
    }
  }
  const all: ClientOptions = {
    ...{ key, webSocketCtor: Noted, fetch, clientId: 'ann', detachGrace: 50, log: () => undefined },
    ...options,
  };
  return { client: new RealtimeClient(all), options: all, emulator, sent };
}

/** Waits until something is so; fails after two seconds, and says what it waited for. */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  for (let left = 400; !isSo(); left -= 1) {
    if (left === 0) throw new Error(`Waited in vain until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
