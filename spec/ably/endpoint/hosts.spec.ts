import { expect } from 'chai';
import {
  impliedFallbacks,
  inUrl,
  isHost,
  isLoopback,
  primaryHost,
} from '../../../lib/ably/endpoint/hosts.js';

const letters = ['a', 'b', 'c', 'd', 'e'];

/** REC1, REC2: both halves of what an endpoint stands for. */
const hostsOf = (endpoint: string | undefined) => ({
  primary: primaryHost(endpoint),
  fallbacks: impliedFallbacks(endpoint),
});

describe('primaryHost and impliedFallbacks', () => {
  it('REC1a, REC2c1: is main, with its five fallbacks, where nothing is said', () => {
    expect(hostsOf(undefined)).to.deep.equal({
      primary: 'main.realtime.ably.net',
      fallbacks: letters.map((letter) => `main.${letter}.fallback.ably-realtime.com`),
    });
  });

  it('REC1b2, REC2c2: takes a host name as it is, without fallbacks', () => {
    for (const host of ['example.com', '127.0.0.1', 'localhost', '::1', 'fe80::1', 'a.b'])
      expect(hostsOf(host), host).to.deep.equal({ primary: host, fallbacks: [] });
  });

  it('REC1b3, REC2c3: knows routing policies that are not for production', () => {
    expect(hostsOf('nonprod:sandbox')).to.deep.equal({
      primary: 'sandbox.realtime.ably-nonprod.net',
      fallbacks: letters.map((letter) => `sandbox.${letter}.fallback.ably-realtime-nonprod.com`),
    });
  });

  it('REC1b4, REC2c4: knows routing policies that are', () => {
    expect(hostsOf('acme')).to.deep.equal({
      primary: 'acme.realtime.ably.net',
      fallbacks: letters.map((letter) => `acme.${letter}.fallback.ably-realtime.com`),
    });
  });
});

describe('isHost', () => {
  it('REC1b: takes names, IPv4 and IPv6, with brackets or without', () => {
    for (const host of [
      ...[
        'localhost',
        'acme',
        'a-b.example',
        'a_b.example.com.',
        'xn--bcher-kva.example',
        '2024',
        '1.example',
      ],
      ...[
        '127.0.0.1',
        '255.255.255.255',
        '::',
        '::1',
        '[::1]',
        'fe80::1',
        '[1:2:3:4:5:6:7:8]',
        '::ffff:1.2.3.4',
      ],
    ])
      expect(isHost(host), host).to.equal(true);
  });

  it('refuses ports, schemes, paths, and addresses that are none, whatever the URL class of the platform is', () => {
    for (const host of [
      ...[
        '',
        ' ',
        'a b',
        'localhost:80',
        'https://a',
        'a/b',
        'a?b',
        'a@b',
        'a..b',
        '.a',
        7,
        null,
        'a\\b',
        'a%b',
      ],
      ...['256.1.1.1', '1.2.3', '1.2.3.4.5', ':', '[::1', '::1]', ':::', 'a:b:example', '[localhost]'],
    ])
      expect(isHost(host), String(host)).to.equal(false);
  });

  it('REC1b2: an IPv6 address is a host in all its forms, and has brackets in URLs', () => {
    expect([primaryHost('[1:2:3:4:5:6:7:8]'), impliedFallbacks('1:2:3:4:5:6:7:8')]).to.deep.equal([
      '1:2:3:4:5:6:7:8',
      [],
    ]);
    expect(['1:2:3:4:5:6:7:8', '::1', 'a.b'].map(inUrl)).to.deep.equal(['[1:2:3:4:5:6:7:8]', '[::1]', 'a.b']);
  });
});

describe('isLoopback', () => {
  it('RSA1: knows this machine', () => {
    for (const host of ['localhost', '127.0.0.1', '127.1.2.3', '::1', '[::1]'])
      expect(isLoopback(host), host).to.equal(true);
  });

  it('RSA1: is not taken in by names that begin alike', () => {
    for (const host of [
      '127.0.0.1.example.com',
      'localhost.example.com',
      '128.0.0.1',
      '1127.0.0.1',
      '',
      '::',
      '::11',
    ])
      expect(isLoopback(host), host).to.equal(false);
  });
});
