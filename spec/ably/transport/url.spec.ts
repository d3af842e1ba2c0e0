import { expect } from 'chai';
import type { Attempt } from '../../../lib/connection/state.js';
import { agentOf } from '../../../lib/ably/endpoint/agent.js';
import type { AblySession } from '../../../lib/ably/transport/session.js';
import { addressOf, type TransportSettings } from '../../../lib/ably/transport/url.js';
import type { Credentials } from '../../../lib/ably/auth/credentials.js';
import { json } from '../../../lib/codec/json.js';
import { msgpack } from '../../../lib/codec/msgpack.js';

const node = { headers: true, pings: true, agent: 'nodejs/20' };
const web = { headers: false, pings: false, agent: '' };
const settings: TransportSettings = {
  platform: node,
  tls: true,
  port: 443,
  codec: json,
  echoMessages: true,
  clientId: undefined,
  transportParams: {},
};
const key: Credentials = { type: 'key', name: 'app.id', secret: 'hidden' };
const token: Credentials = { type: 'token', token: 'a token' };
const attempt: Attempt<AblySession> = { host: 'main', resume: undefined };
const resuming = (recovered?: true): Attempt<AblySession> => ({
  host: 'main',
  resume: {
    idleAfter: undefined,
    keepFor: 1,
    warning: undefined,
    extra: { id: 'c', key: 'c!key', details: {}, ...(recovered && { recovered }) },
  },
});

const urlOf = (
  given: Partial<TransportSettings> = {},
  credentials: Credentials = key,
  dialled = attempt,
): URL => new URL(addressOf({ ...settings, ...given }, dialled, credentials).url);
const paramsOf = (...args: Parameters<typeof urlOf>) => Object.fromEntries(urlOf(...args).searchParams);

describe('addressOf', () => {
  it('RTN2, RTN2a, RTN2b, RTN2f, RTN23b: says version, format, echo and heartbeats', () => {
    expect(paramsOf()).to.deep.equal({ v: '6', format: 'json', echo: 'true', heartbeats: 'false' });
    expect(
      paramsOf({ codec: msgpack(), echoMessages: false, platform: { ...node, pings: false } }),
    ).to.deep.equal({
      v: '6',
      format: 'msgpack',
      echo: 'false',
      heartbeats: 'true',
    });
  });

  it('REC1: names no port that the scheme implies', () => {
    const raw = (tls: boolean, port: number) => addressOf({ ...settings, tls, port }, attempt, key).url;
    expect(
      [raw(true, 443), raw(false, 80), raw(true, 80), raw(false, 443)].map((url) => url.split('?')[0]),
    ).to.deep.equal(['wss://main/', 'ws://main/', 'wss://main:80/', 'ws://main:443/']);
  });

  it('dials wss, or ws without TLS, with host and port', () => {
    expect(urlOf().href).to.match(/^wss:\/\/main\/\?/);
    expect(urlOf({ tls: false, port: 8080 }).href).to.match(/^ws:\/\/main:8080\/\?/);
    expect(urlOf({ port: 8443 }, key, { ...attempt, host: '::1' }).host).to.equal('[::1]:8443');
  });

  it('RTN2e, RSC7d2: sends a key and the agent in headers where the platform can', () => {
    const { headers } = addressOf(settings, attempt, key);
    expect(headers).to.deep.equal({
      Authorization: `Basic ${btoa('app.id:hidden')}`,
      'Ably-Agent': agentOf(node),
    });
  });

  it('RTN2e, RSA3c: sends a token in the query, also where there are headers', () => {
    expect(paramsOf({}, token)).to.include({ accessToken: 'a token' });
    expect(addressOf(settings, attempt, token).headers).to.deep.equal({ 'Ably-Agent': agentOf(node) });
  });

  it('RTN2e, RSC7d3: sends all in the query where there are no headers', () => {
    expect(paramsOf({ platform: web })).to.include({ key: 'app.id:hidden', agent: agentOf(web) });
    expect(addressOf({ ...settings, platform: web }, attempt, key)).to.not.have.property('headers');
  });

  it('RTN2d: names the clientId where there is one', () => {
    expect(paramsOf({ clientId: 'ann' })).to.include({ clientId: 'ann' });
    expect(paramsOf({ clientId: '' })).to.include({ clientId: '' });
  });

  it('RTN15b1: resumes a session by its key', () => {
    expect(paramsOf({}, key, resuming()))
      .to.include({ resume: 'c!key' })
      .and.not.have.property('recover');
  });

  it('RTN16k: recovers a session of another process by its key', () => {
    expect(paramsOf({}, key, resuming(true)))
      .to.include({ recover: 'c!key' })
      .and.not.have.property('resume');
  });

  it('RTC1f1: transportParams come last, and win', () => {
    expect(paramsOf({ transportParams: { echo: 'false', extra: 'é' } })).to.include({
      echo: 'false',
      extra: 'é',
    });
  });
});

describe('agentOf', () => {
  it('RSC7d1: names the library, and the platform where it has a name', () => {
    expect(agentOf(web)).to.match(/^rx-realtime\/\d+\.\d+\.\d+\S*$/);
    expect(agentOf(node)).to.equal(`${agentOf(web)} nodejs/20`);
  });
});
