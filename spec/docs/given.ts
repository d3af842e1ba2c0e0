/**
 * Names that blocks of the docs use without declaring them, for the compiler alone: a block names them in a comment
 * above its fence, `<!-- compiles with: client -->`.
 */
import type { NgZone } from '@angular/core';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Observable } from 'rxjs';
import type { TestScheduler } from 'rxjs/testing';
import type { RelayClient } from '../../lib/relay/index.js';
import type { EmulatedConnection, ListeningEmulator, ListeningRelay } from '../../lib/emulator/index.js';
import type { Message, RealtimeChannel, RealtimeClient } from '../../lib/index.js';
import type { LiveCounter, LiveMap, objectsOf } from '../../lib/objects.js';
import type { RealtimeTesting } from '../../lib/testing/index.js';

/** A client, with what it is made of. */
export declare const key: string;
export declare const client: RealtimeClient;
export declare const channel: RealtimeChannel;
export declare const chat: RealtimeChannel;
export declare const message: Message;
interface Poll {
  title: string;
  votes: LiveMap<{ up: LiveCounter; down: LiveCounter }>;
}
export declare const poll: ReturnType<typeof objectsOf<Poll>>;

/** What a program has beside its client. */
export declare const data: unknown;
export declare const schema: StandardSchemaV1<{ text: string }>;
export declare const signal: AbortSignal;
export declare const readings$: Observable<number>;
export declare const mood$: Observable<string>;
export declare const show: (value: unknown) => void;
export declare const slow: (value: unknown) => Promise<void>;
export declare const fetchToken: (
  params: object,
  options: { readonly signal: AbortSignal },
) => Promise<string>;

/** The emulators, and the tests that use them. */
export declare const server: ListeningEmulator;
export declare const relayServer: ListeningRelay;
export declare const connection: EmulatedConnection | undefined;
export declare const rt: RealtimeTesting;
export declare const scheduler: TestScheduler;

/** The relay and the SDK above it. */
export declare const clientId: string;
export declare const relay: RelayClient;
export declare const topic: string;
export declare const projectId: string;
export declare const metadata: { name: string; description: string; url: string; icons: string[] };
export declare const namespaces: Record<string, { accounts: string[]; methods: string[]; events: string[] }>;

/** Imports that a page made further up. */
export { readFileSync } from 'node:fs';
export { filter } from 'rxjs';
export { inMemory } from '../../lib/emulator/index.js';

export { AsyncLocalStorage } from 'node:async_hooks';
export { context, ROOT_CONTEXT } from '@opentelemetry/api';
export { RealtimeClient } from '../../lib/index.js';
export declare const ngZone: NgZone;

/** Names in tables for those who move. */
export { RelayClient } from '../../lib/relay/index.js';
export declare const listener: (value: unknown) => void;
export declare const next: (value: unknown) => void;
export declare const error: (error: unknown) => void;
export declare const handler: (topic: string, text: string) => void;
export declare const value: string;
export declare const text: string;
export declare const ttl: number;
export declare const tag: number;
export declare const method: string;
export declare const params: object;

/** Globals of the test runners. */
export declare const vi: {
  useFakeTimers(): void;
  useRealTimers(): void;
  advanceTimersByTimeAsync(ms: number): Promise<void>;
};
export declare const expect: (value: unknown) => { toContain(part: unknown): void };
export declare const describe: (title: string, body: () => void) => void;
export declare const it: (title: string, body: () => void | Promise<void>) => void;
export declare const beforeEach: (body: () => void | Promise<void>) => void;
export declare const afterEach: (body: () => void | Promise<void>) => void;
