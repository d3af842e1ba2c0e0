import { expect } from 'chai';
import { take } from 'rxjs';
import type { ClientOptions } from '../../../lib/ably/client/options.js';
import type { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import type { WireMessage } from '../../../lib/ably/wire/frames.js';
import type { PresenceMessage } from '../../../lib/ably/wire/presence-message.js';
import { json } from '../../../lib/codec/json.js';
import { aes } from '../../../lib/crypto/index.js';
import { type FakeAbly, life } from '../../support/fake-ably.js';
import { type Answer, fakeFetch } from '../../support/fake-fetch.js';
import { saidBy, wireMember as member } from '../../support/presence.js';

const cipher = aes({ key: new Uint8Array(16).fill(7) });
const page = (...content: readonly unknown[]): Answer => ({
  text: JSON.stringify(content),
  type: 'application/json',
});
/** A life with a server that answers every request alike, and the paths that it was asked for. */
const lives = (
  answer: Answer,
  script: (fake: FakeAbly, asked: readonly string[]) => void,
  options: Partial<ClientOptions> = {},
): (() => void) => {
  const asked: string[] = [];
  const fetch = fakeFetch((url) => {
    const { pathname, search } = new URL(url);
    asked.push(pathname + search);
    return answer;
  });
  return life(json, { until: 10, autoConnect: false, fetch, ...options }, (fake) => {
    script(fake, asked);
  });
};

describe('the history of presence', () => {
  it(
    'RTP12a, RTP12c, RTP12d, RSP4b1: asks for it with what it is given, once somebody subscribes, and without a connection',
    lives(page(member('leave', 'ann', { at: 1 }), member('enter', 'ann')), ({ client, net, at }, asked) => {
      const { presence } = client.channel('a/b');
      const params = { start: new Date(5), end: 6, direction: 'forwards', limit: 2 } as const;
      const history$ = presence.history(params);
      const got: string[] = [];
      at(1, () => {
        expect(asked).to.deep.equal([]);
        history$.subscribe((message) => got.push(saidBy(message)));
        presence.history().pipe(take(1)).subscribe();
      });
      at(2, () => {
        expect(asked).to.deep.equal([
          '/channels/a%2Fb/presence/history?start=5&end=6&direction=forwards&limit=2',
          '/channels/a%2Fb/presence/history',
        ]);
        expect([got, net.dialled, client.channel('a/b').state]).to.deep.equal([
          ['leave ann', 'enter ann'],
          [],
          'initialized',
        ]);
      });
    }),
  );

  const encrypted: WireMessage = {
    data: Buffer.from(cipher.encrypt(new TextEncoder().encode('psst'))).toString('base64'),
    encoding: `utf-8/${cipher.encoding}/base64`,
  };
  it(
    'RSP5, TP3: reads what it gets as a channel reads it, and passes over what is no message',
    lives(
      page(
        member('enter', 'ann', { data: '{"a":1}', encoding: 'json', extras: { b: 1 } }),
        null,
        member('update', 'ann', { at: 1, ...encrypted }),
        'text',
        member('leave', 'ann', { at: 2, data: 'x', encoding: 'odd' }),
      ),
      ({ client, at }) => {
        const got: PresenceMessage[] = [];
        const errors: ErrorInfo[] = [];
        client.errors$.subscribe((error) => errors.push(error));
        at(1, () => {
          const { presence } = client.channel('a', { cipher });
          presence.history().subscribe((message) => got.push(message));
        });
        at(2, () => {
          const common = { clientId: 'ann', connectionId: 'other', timestamp: 1, memberKey: 'other:ann' };
          expect(got).to.deep.equal([
            {
              ...{ ...common, id: 'other:0:0', action: 'enter', data: { a: 1 }, encoding: undefined },
              extras: { b: 1 },
            },
            {
              ...{ ...common, id: 'other:1:0', action: 'update', data: 'psst', encoding: undefined },
              extras: undefined,
            },
            {
              ...{ ...common, id: 'other:2:0', action: 'leave', data: 'x', encoding: 'odd' },
              extras: undefined,
            },
          ]);
          expect(errors.map(({ code }) => code)).to.deep.equal([40013]);
        });
      },
    ),
  );

  it('RTP12c: is had by the page', async () => {
    const pages: Promise<readonly unknown[]>[] = [];
    lives(page(member('enter', 'ann')), ({ client, at }) => {
      at(1, () => {
        const first = client.channel('a').presence.history({ limit: 1 }).page();
        pages.push(first.then(({ items, hasNext }) => [items.map(saidBy), hasNext]));
      });
    })();
    expect(await Promise.all(pages)).to.deep.equal([[['enter ann'], false]]);
  });
});
