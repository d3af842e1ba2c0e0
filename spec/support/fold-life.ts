import fc from 'fast-check';
import { VirtualTimeScheduler } from 'rxjs';
import { fold, type FoldOptions } from '../../lib/ably/folding/fold.js';
import type { FoldedMessages } from '../../lib/ably/folding/folding.js';
import type { Codec } from '../../lib/codec/codec.js';
import type { Emulator } from '../../lib/emulator/index.js';
import { realtimeTesting } from '../../lib/testing/index.js';
import { ask, basic } from '../emulator/fake-http.js';
import { impatient } from './chaos/impatient.js';
import { fakeFetch } from './fake-fetch.js';
import { ignore } from './ignore.js';

/** A deed on the server, or to the network, at a virtual millisecond. */
export interface Deed {
  readonly at: number;
  readonly what: 'create' | 'append' | 'update' | 'delete' | 'annotate' | 'cut' | 'lose' | 'detach';
  /** Which of the messages. */
  readonly which: number;
}

/** What happens to a channel while it is folded, and how long requests take. */
export interface FoldPlan {
  readonly deeds: readonly Deed[];
  readonly joins: number;
  /** Milliseconds that requests take there, and back: taken in turn. */
  readonly delays: readonly number[];
}

const span = 6000;

export const foldPlans = (): fc.Arbitrary<FoldPlan> =>
  fc.record({
    deeds: fc.array(
      fc.record({
        at: fc.nat(span),
        what: fc.constantFrom<Deed['what'][]>(
          ...(['create', 'create', 'append', 'append', 'append', 'append', 'update', 'delete'] as const),
          ...(['annotate', 'cut', 'lose', 'lose', 'detach'] as const),
        ),
        which: fc.nat(20),
      }),
      { maxLength: 60, size: 'max' },
    ),
    joins: fc.nat(3000),
    delays: fc.array(fc.nat(700), { minLength: 2, maxLength: 9 }),
  });

export const channelName = 'mutable:chat';
const path = `/channels/${encodeURIComponent(channelName)}/messages`;

/** What a server has of a channel, which it changes over HTTP, at once. */
export function writerOf(emulator: Emulator) {
  const headers = basic(emulator.key);
  /** All texts that a message has had, oldest first. */
  const texts = new Map<string, unknown[]>();
  let token = 0;
  const at = (serial: string): string => `${path}/${encodeURIComponent(serial)}`;
  const note = (serial: string): void => {
    texts.set(serial, [...(texts.get(serial) ?? []), ask(emulator, at(serial), { headers }).json['data']]);
  };
  const next = (): string => ` ${(token += 1)}`;
  const edit = (serial: string, action: number, data?: string): void => {
    ask(emulator, at(serial), { method: 'PATCH', headers, body: { action, ...(data && { data }) } });
    note(serial);
  };
  return {
    texts,
    create: (data = `m${next()}`): string => {
      const { json } = ask(emulator, path, { headers, body: { name: 'n', data } });
      const [serial = ''] = json['serials'] as readonly string[];
      note(serial);
      return serial;
    },
    append: (serial: string, data = next()) => {
      edit(serial, 5, data);
    },
    update: (serial: string, data = `u${next()}`) => {
      edit(serial, 1, data);
    },
    remove: (serial: string) => {
      edit(serial, 2);
    },
    annotate: (serial: string, name = `e${next()}`) => {
      ask(emulator, `${at(serial)}/annotations`, {
        headers,
        body: [{ action: 0, type: 'reaction:distinct.v1', name, clientId: 'ann' }],
      });
    },
    /** What is there by now, oldest first. */
    now: () =>
      ask(emulator, `${path}?direction=forwards&limit=1000`, { headers })
        .list.filter(({ action }) => action !== 2)
        .map(({ serial, data, annotations }) => [
          serial,
          data,
          (annotations as { readonly summary?: unknown } | undefined)?.summary ?? {},
        ]),
  };
}

/** A fetch in virtual time: requests take `delays` there and back, in turn. */
export function slowFetch(
  emulator: Emulator,
  scheduler: VirtualTimeScheduler,
  delays: readonly number[],
): typeof fetch {
  let turn = 0;
  const after = (deed: () => void): void => {
    scheduler.schedule(deed, delays[(turn += 1) % delays.length] ?? 0);
  };
  const answerTo = fakeFetch((url, init) => {
    const { text, link, status } = ask(emulator, url, { headers: headersOf(init) });
    return { text, link, status, type: 'application/json', server: 'emulator' };
  });
  return ((url: string, init: RequestInit) => ({
    then: (next: (answer: unknown) => void) => {
      after(() => {
        const answer = answerTo(url, init); // what the server has when it is asked
        after(() => void answer.then(next));
      });
      return { then: ignore };
    },
  })) as unknown as typeof fetch;
}

/** Asks for JSON, which the answers that are made up here can hold, whatever the client's codec is. */
const headersOf = ({ headers }: RequestInit): Record<string, string> => ({
  ...Object.fromEntries(new Headers(headers)),
  accept: 'application/json',
});

/** Entries of a map, as `now` of a writer gives them. */
export const entriesOf = (messages: FoldedMessages): readonly unknown[] =>
  [...messages].map(([serial, { data, annotations }]) => [serial, data, annotations.summary]);

/** A life of a folded channel; returns what was wrong with what it showed. */
export function foldLife(
  { deeds, joins, delays }: FoldPlan,
  codec: Codec,
  options: FoldOptions,
): readonly string[] {
  const scheduler = new VirtualTimeScheduler(undefined, span + 60_000);
  const rt = realtimeTesting({ scheduler, latency: 5 });
  const writer = writerOf(rt.emulator);
  const client = rt.client({ ...impatient, codec, fetch: slowFetch(rt.emulator, scheduler, delays) });
  const problems: string[] = [];
  const seen = new Map<string, number>();
  let shown: FoldedMessages = new Map();
  const check = (messages: FoldedMessages): void => {
    const serials = [...messages.keys()];
    if (serials.some((serial, index) => serial < (serials[index - 1] ?? ''))) problems.push('out of order');
    for (const [serial, message] of messages) {
      const version = (writer.texts.get(serial) ?? []).lastIndexOf(message.data);
      if (version < 0) problems.push(`${scheduler.now()}: ${serial} never was "${String(message.data)}"`);
      if (version < (seen.get(serial) ?? 0)) problems.push(`${scheduler.now()}: ${serial} went back`);
      seen.set(serial, version);
    }
    shown = messages;
  };
  const fail = (error: unknown): void => void problems.push(String(error));
  const perform = ({ what, which }: Deed): void => {
    const serials = [...writer.texts.keys()];
    const serial = serials[which % Math.max(1, serials.length)];
    if (what === 'create') writer.create();
    else if (what === 'detach' || what === 'cut' || what === 'lose') {
      if (rt.emulator.connections.length === 0) return;
      if (what === 'lose') rt.forget();
      if (what === 'detach') rt.channel(channelName).detach();
      else rt.drop();
    } else if (serial === undefined) return;
    else if (what === 'delete') writer.remove(serial);
    else writer[what](serial);
  };
  for (const deed of deeds)
    scheduler.schedule(() => {
      perform(deed);
    }, deed.at);
  scheduler.schedule(() => {
    fold(client.channel(channelName), options).subscribe({ next: check, error: fail });
  }, joins);
  scheduler.schedule(() => {
    const [is, has] = [JSON.stringify(entriesOf(shown)), JSON.stringify(writer.now())];
    if (is !== has) problems.push(`in the end ${is} instead of ${has}`);
    void rt.close();
  }, span + 30_000);
  scheduler.flush();
  if (scheduler.actions.length > 0) problems.push(`${scheduler.actions.length} timers are left`);
  return problems;
}
