import * as Ably from 'ably';
import { LiveCounter, LiveMap, LiveObjects, type PathObject } from 'ably/liveobjects';
import { filter, firstValueFrom, timeout } from 'rxjs';
import type { ListeningEmulator } from '../../lib/emulator/index.js';
import { json, RealtimeClient } from '../../lib/index.js';
import { msgpack } from '../../lib/msgpack.js';
import { liveCounter, liveMap, objects, objectsOf, type RootObject } from '../../lib/objects.js';
import { ended } from './official-ably.js';

export type Format = 'json' | 'msgpack';

/** What a spec sets: either client makes its own of it. */
export type Plain = string | number | boolean | Uint8Array | readonly unknown[] | PlainObject | Made;
interface PlainObject {
  readonly [key: string]: unknown;
}
/** An object to be made. */
export class Made {
  readonly type: 'map' | 'counter';
  readonly content: unknown;

  constructor(type: 'map' | 'counter', content: unknown) {
    this.type = type;
    this.content = content;
  }
}
export const aMap = (content: Readonly<Record<string, Plain>>): Made => new Made('map', content);
export const aCounter = (count?: number): Made => new Made('counter', count);

/** One client on the objects of the channel "room", whichever client it is. */
export interface Side {
  readonly name: string;
  readonly set: (path: string, key: string, value: Plain) => Promise<unknown>;
  readonly remove: (path: string, key: string) => Promise<unknown>;
  readonly increment: (path: string, amount: number) => Promise<unknown>;
  /** Sets keys of the root, and adds to counters of the root, in one frame. */
  readonly batch: (
    values: Readonly<Record<string, Plain>>,
    amounts: Readonly<Record<string, number>>,
  ) => Promise<unknown>;
  readonly compact: () => unknown;
  /** The paths and actions of changes from now on. */
  readonly changes: (path: string, depth?: number) => { readonly told: (string | undefined)[][] };
  /** Resolves once a key of the root has this value. */
  readonly sees: (key: string, value: unknown) => Promise<unknown>;
  readonly connectionId: () => string | undefined;
  /** Detaches the channel, and attaches it again. */
  readonly goAway: () => Promise<unknown>;
  readonly end: () => Promise<unknown>;
}

interface Wanted {
  readonly server: ListeningEmulator;
  readonly format: Format;
  readonly clientId?: string;
}

const patience = 5000;
const retries = { disconnectedRetryTimeout: 50, suspendedRetryTimeout: 50 };
const modes = ['object_subscribe', 'object_publish'] as const;

const ourValue = (value: unknown): never =>
  (value instanceof Made
    ? value.type === 'counter'
      ? liveCounter(value.content as number)
      : liveMap(
          Object.fromEntries(
            Object.entries(value.content as object).map(([key, each]) => [key, ourValue(each)]),
          ),
        )
    : value) as never;

export async function ours({ server, format }: Wanted): Promise<Side> {
  const { host: endpoint, port, key } = server;
  const client = new RealtimeClient({
    ...{ key, endpoint, port, tls: false, log: () => undefined, ...retries },
    ...{ features: [objects], codec: format === 'json' ? json : msgpack() },
  });
  const root: RootObject = objectsOf(client.channel('room', { modes }));
  const kept = root.compact$.subscribe();
  await firstValueFrom(
    root.state$.pipe(
      filter((state) => state === 'synced'),
      timeout(patience),
    ),
  );
  const at = (path: string) => (path === '' ? root : root.at(path));
  return {
    name: 'ours',
    set: (path, name, value) => at(path).set(name as never, ourValue(value)),
    remove: (path, name) => at(path).remove(name as never),
    increment: (path, amount) => at(path).increment(amount),
    batch: (values, amounts) =>
      root.batch((tx) => {
        for (const [name, value] of Object.entries(values)) tx.set(name, ourValue(value));
        for (const [name, amount] of Object.entries(amounts)) tx.increment(name, amount);
      }),
    compact: () => root.compact,
    changes: (path, depth) => {
      const told: (string | undefined)[][] = [];
      at(path)
        .changes(depth === undefined ? {} : { depth })
        .subscribe({
          next: (change) => told.push([change.path, change.operation?.action]),
          error: () => undefined,
        });
      return { told };
    },
    sees: (name, value) =>
      firstValueFrom(
        root.get(name).value$.pipe(
          filter((seen) => seen === value),
          timeout(patience),
        ),
      ),
    connectionId: () => client.connection.id,
    goAway: async () => {
      const channel = client.channel('room');
      await channel.detach().catch(() => undefined); // cut off meanwhile
      await channel.attach();
    },
    end: async () => {
      kept.unsubscribe();
      await client.dispose();
    },
  };
}

const officialValue = (value: unknown): never =>
  (value instanceof Made
    ? value.type === 'counter'
      ? LiveCounter.create(value.content as number)
      : LiveMap.create(
          Object.fromEntries(
            Object.entries(value.content as object).map(([key, each]) => [key, officialValue(each)]),
          ) as never,
        )
    : value) as never;

export async function official({ server, format }: Wanted): Promise<Side> {
  const { host: endpoint, port, key } = server;
  const client = new Ably.Realtime({
    ...{ key, endpoint, port, tls: false, logLevel: 0, ...retries },
    ...{ useBinaryProtocol: format === 'msgpack', plugins: { LiveObjects } },
  });
  const channel = client.channels.get('room', { modes: ['OBJECT_SUBSCRIBE', 'OBJECT_PUBLISH'] });
  const root = (await channel.object.get()) as unknown as PathObject;
  const at = (path: string) =>
    (path === '' ? root : (root as unknown as { at(path: string): PathObject }).at(path)) as never as {
      set(name: string, value: never): Promise<void>;
      remove(name: string): Promise<void>;
      increment(amount: number): Promise<void>;
      value(): unknown;
      compact(): unknown;
      path(): string;
      batch(
        change: (tx: {
          set(name: string, value: never): void;
          get(name: string): { increment(amount: number): void };
        }) => void,
      ): Promise<void>;
      subscribe(
        listener: (event: {
          object: { path(): string };
          message?: { operation: { action: string } };
        }) => void,
        options?: { depth: number },
      ): { unsubscribe(): void };
    };
  return {
    name: 'official',
    set: (path, name, value) => at(path).set(name, officialValue(value)),
    remove: (path, name) => at(path).remove(name),
    increment: (path, amount) => at(path).increment(amount),
    batch: (values, amounts) =>
      at('').batch((tx) => {
        for (const [name, value] of Object.entries(values)) tx.set(name, officialValue(value));
        for (const [name, amount] of Object.entries(amounts)) tx.get(name).increment(amount);
      }),
    compact: () => at('').compact(),
    changes: (path, depth) => {
      const told: (string | undefined)[][] = [];
      at(path).subscribe(
        ({ object, message }) => told.push([object.path(), message?.operation.action]),
        depth === undefined ? undefined : { depth },
      );
      return { told };
    },
    sees: (name, value) =>
      new Promise<void>((resolve, reject) => {
        const giveUp = setTimeout(() => {
          subscription.unsubscribe();
          reject(new Error(`The official client has not seen ${name}.`));
        }, patience);
        const look = (): void => {
          if (at(name).value() !== value) return;
          clearTimeout(giveUp);
          subscription.unsubscribe();
          resolve();
        };
        const subscription = at('').subscribe(look);
        look();
      }),
    connectionId: () => client.connection.id,
    goAway: async () => {
      await channel.detach().catch(() => undefined); // cut off meanwhile
      await channel.attach();
    },
    end: () => ended(client),
  };
}

/** Resolves once each side has seen all that the others have written. */
export async function settle(...sides: readonly Side[]): Promise<void> {
  for (const [at, side] of sides.entries()) {
    await side.set('', `mark ${at}`, at);
    await Promise.all(sides.map(({ sees }) => sees(`mark ${at}`, at)));
  }
  for (const [at, side] of sides.entries()) await side.remove('', `mark ${at}`);
  await Promise.all(sides.flatMap(({ sees }) => sides.map((_, at) => sees(`mark ${at}`, undefined))));
}
