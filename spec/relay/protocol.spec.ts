import { expect } from 'chai';
import { of } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import type { RelayOptions } from '../../lib/relay/index.js';
import { relayProtocol } from '../../lib/relay/protocol.js';
import { settingsOf } from '../../lib/relay/settings.js';
import type { Address, Platform } from '../../lib/socket/types.js';
import { platform } from '../../lib/socket/platform.js';

const scheduler = new TestScheduler(() => undefined);

/** Where such a client dials, and what its token claims; the token itself is not told. */
function dialled(options: RelayOptions, on: Platform = platform) {
  const standing = { seed$: of(new Uint8Array(32)), isNeeded: () => true, probe: () => '' };
  let address: Address = { url: '' };
  relayProtocol(settingsOf({ scheduler, ...options }, on), standing)
    .address({ host: '', resume: undefined })
    .subscribe((found) => (address = found));
  const { origin, pathname, searchParams } = new URL(address.url);
  const [scheme, bearer] = address.headers?.['Authorization']?.split(' ') ?? [];
  const auth = searchParams.get('auth');
  const claims = JSON.parse(
    Buffer.from((bearer ?? auth ?? '').split('.')[1] ?? '', 'base64url').toString(),
  ) as { readonly aud: string; readonly iat: number; readonly exp: number };
  searchParams.delete('auth');
  return {
    at: origin + pathname,
    params: Object.fromEntries(searchParams),
    scheme,
    inUrl: auth !== null,
    claims,
  };
}

describe('the end of a socket', () => {
  const { ended } = relayProtocol(settingsOf({ scheduler }, platform), {
    ...{ seed$: of(new Uint8Array(32)), isNeeded: () => true, probe: () => '' },
  });
  it('was a loss only where there was a connection', () => {
    const end = { type: 'closed', code: 1006, reason: 'connect ECONNREFUSED' } as const;
    const textOf = (outcome: ReturnType<typeof ended>) => 'error' in outcome && outcome.error.message;
    expect(textOf(ended(end))).to.equal(
      'The connection to the relay was lost: the socket closed with code 1006 (connect ECONNREFUSED). The client reconnects by itself.',
    );
    expect(textOf(ended({ ...end, unopened: true }))).to.equal(
      'There is no connection to the relay: the socket closed with code 1006 (connect ECONNREFUSED). The client goes on trying.',
    );
  });
  const texts = {
    ws: 'Unexpected server response: ',
    Deno: 'NetworkError: failed to connect to WebSocket: Invalid status code: ',
    Bun: "WebSocket connection to 'ws://127.0.0.1/' failed: Expected 101 status code: ",
  };
  for (const [name, text] of Object.entries(texts))
    it(`is a refusal of the client after the HTTP status 401 or 403, as ${name} words it`, () => {
      for (const status of [401, 403]) {
        const outcome = ended({ type: 'closed', code: 1006, reason: `${text}${status}` });
        expect(outcome.type).to.equal('refused');
        expect('error' in outcome && outcome.error.message).to.contain(`HTTP status ${status}.`);
      }
      expect(ended({ type: 'closed', code: 1006, reason: `${text}503` }).type).to.equal('dropped');
    });
});

describe('the address of a relay', () => {
  it('has the token in its URL, beside the query of the option and the parameters of the client', () => {
    const { claims: _, ...found } = dialled({
      relayUrl: 'wss://relay/path?x=1&ua=theirs',
      ua: 'mine',
      projectId: 'p',
    });
    expect(found).to.deep.equal({
      at: 'wss://relay/path',
      params: { x: '1', ua: 'mine', projectId: 'p', useOnCloseEvent: 'true' },
      scheme: undefined,
      inUrl: true,
    });
  });

  it('bearerToken: has the token in a header and nowhere else, if the platform has headers', () => {
    expect(dialled({ bearerToken: true })).to.include({ scheme: 'Bearer', inUrl: false });
    expect(dialled({ bearerToken: true }, { ...platform, headers: false })).to.include({
      scheme: undefined,
      inUrl: true,
    });
  });

  it('is the audience of the token, without a query and without the slash of a URL that has no path', () => {
    const audiences = ['wss://relay', 'wss://relay/', 'wss://relay/?x=1', 'wss://relay/path'].map(
      (relayUrl) => dialled({ relayUrl }).claims.aud,
    );
    expect(audiences).to.deep.equal(['wss://relay', 'wss://relay', 'wss://relay', 'wss://relay/path']);
  });

  it('has a token that is valid for tokenTtl', () => {
    expect(dialled({ tokenTtl: 60 }).claims).to.include({ iat: 0, exp: 60 });
  });
});
