import { expect } from 'chai';
import type { Observable } from 'rxjs';
import type { RealtimeChannel } from '../../../lib/ably/client/channel.js';
import type { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { json } from '../../../lib/codec/json.js';
import { fakeAbly } from '../../support/fake-ably.js';
import { rejectionOf } from '../../support/thrown.js';

describe('the stored messages of a channel', () => {
  for (const [id, read] of [
    [
      'RTL31, RSL14a1',
      (channel: RealtimeChannel, serial: string): Observable<unknown> =>
        channel.getMessageVersions({ serial }),
    ],
    [
      'RTAN3a, RSAN1a1',
      (channel: RealtimeChannel, serial: string): Observable<unknown> => channel.annotations.get({ serial }),
    ],
  ] as const)
    it(`${id}: a message without a serial is an error of the stream, and throws nowhere else`, () => {
      const { client } = fakeAbly(json);
      const codes: unknown[] = [];
      for (const serial of ['', '.', '..', '\uD800'])
        read(client.channel('a'), serial).subscribe({
          error: (error: unknown) => codes.push((error as ErrorInfo).code),
        });
      expect(codes).to.deep.equal(Array(4).fill(40003));
      void client.dispose();
    });

  for (const name of ['.', '..'])
    it(`RSL2, RSL11, RSL14: what is asked over HTTP about a channel called "${name}" is refused, as its path would lead elsewhere`, async () => {
      const asked: unknown[] = [];
      const { client } = fakeAbly(json, {
        fetch: (url) => Promise.reject(new Error(String(asked.push(url)))),
      });
      const channel = client.channel(name);
      for (const answer of [
        channel.history().page(),
        channel.presence.history().page(),
        channel.getMessage('s'),
        channel.getMessageVersions('s').page(),
        channel.annotations.get('s').page(),
      ])
        expect(await rejectionOf(answer)).to.deep.include({ code: 40010, statusCode: 400 });
      expect(asked).to.deep.equal([]);
      void client.dispose();
    });
});
