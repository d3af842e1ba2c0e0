import { expect } from 'chai';
import { firstValueFrom, lastValueFrom, type Observable, of, takeUntil, timer } from 'rxjs';
import { inMemory } from '../../../lib/emulator/index.js';
import { RealtimeClient } from '../../../lib/index.js';
import type { RealtimeChannel } from '../../../lib/ably/client/channel.js';

/** What users without a compiler pass. */
type Anything = never;

/** Code and text of the error that a verb throws, rejects with or emits; `undefined` where it takes the argument. */
async function refusalOf(verb: () => unknown): Promise<unknown> {
  try {
    const answer = verb();
    if (typeof answer === 'object' && answer !== null && 'subscribe' in answer) {
      const stream$ = answer as Observable<unknown>;
      await lastValueFrom(stream$.pipe(takeUntil(timer(20))), { defaultValue: undefined });
    } else await answer;
    return undefined;
  } catch (thrown) {
    const { code, message } = thrown as { readonly code?: unknown; readonly message: string };
    return `${String(code)} ${message}`;
  }
}

describe('arguments that a compiler would refuse', () => {
  let client: RealtimeClient;
  let channel: RealtimeChannel;

  beforeEach(async () => {
    const { key, webSocketCtor, fetch } = inMemory();
    client = new RealtimeClient({
      key,
      webSocketCtor,
      fetch,
      clientId: 'ann',
      tls: false,
      endpoint: 'localhost',
    });
    channel = client.channel('chat');
    await channel.attach();
  });

  afterEach(() => client.dispose());

  const withOptions: readonly (readonly [string, (given: Anything) => unknown])[] = [
    ['the options of messages()', (given) => channel.messages('a', given)],
    ['the params of a history', (given) => channel.history(given)],
    ['the params of a history', (given) => channel.presence.history(given)],
    ['the options of presence', (given) => channel.presence.get(given)],
    ['the options of presence', (given) => channel.presence.enter('here', given)],
    ['the options of presence', (given) => channel.presence.hold(of('here'), given)],
  ];

  it('null is the same as nothing, in place of options, params, names and filters', async () => {
    const nothing = null as Anything;
    for (const [, verb] of withOptions) expect(await refusalOf(() => verb(nothing))).to.equal(undefined);
    expect(await refusalOf(() => channel.messages(nothing))).to.equal(undefined);
    expect(await refusalOf(() => channel.presence.events(nothing))).to.equal(undefined);
    expect(await firstValueFrom(channel.presence.hold(nothing))).to.equal('entering');
  });

  it('null in place of one of the options is the same as leaving it out', async () => {
    await channel.publish('a', 'first');
    const nothing = { start: null, end: null, direction: null, limit: null } as Anything;
    expect((await channel.history(nothing).page()).items).to.have.length(1);
    await channel.presence.enter();
    const nobody = { waitForSync: null, clientId: null, connectionId: null } as Anything;
    expect(await channel.presence.get(nobody)).to.have.length(1);
  });

  for (const wrong of [5, 'text', true])
    it(`options that are no object are refused, and the error says what to pass: ${String(wrong)}`, async () => {
      for (const [where, verb] of withOptions)
        expect(await refusalOf(() => verb(wrong as Anything)), where).to.equal(
          `40000 Pass an object as ${where}, or leave it out; it was of type ${typeof wrong}.`,
        );
    });

  it('a hold() of what is no Observable is refused', async () => {
    for (const wrong of ['here', 5, {}, { subscribe: 1, pipe: 1 }, Promise.resolve()])
      expect(await refusalOf(() => channel.presence.hold(wrong as Anything))).to.equal(
        '40000 The option "data$" has to be an Observable of data: of(data) is one.',
      );
  });

  it('RTP15: a member that is left out is refused, and is not taken for this client', async () => {
    const { presence } = channel;
    await presence.enter('here');
    for (const verb of ['enterClient', 'updateClient', 'leaveClient'] as const)
      expect(await refusalOf(() => presence[verb](undefined as Anything)), verb).to.equal(
        '40012 A member is named by its clientId: a string that is neither empty nor "*", nor cut within a character.',
      );
    expect((await presence.get()).map(({ clientId, data }) => [clientId, data])).to.deep.equal([
      ['ann', 'here'],
    ]);
  });

  it('a derived channel without a filter is refused', async () => {
    for (const wrong of [null, undefined, {}, { filter: '' }, 5])
      expect(await refusalOf(() => client.derivedChannel('chat', wrong as Anything))).to.equal(
        '40000 The option "filter" has to be a JMESPath expression.',
      );
  });
});
