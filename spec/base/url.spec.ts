import { expect } from 'chai';
import { decoded, originOf, resolve, withQuery } from '../../lib/base/url.js';

describe('originOf', () => {
  const table: readonly (readonly [url: string, origin: string | undefined])[] = [
    ['https://a.example', 'https://a.example'],
    ['HTTPS://A.example:443/b?c#d', 'https://a.example'],
    ['http://a:80', 'http://a'],
    ['https://a:80?b', 'https://a:80'],
    ['http://a:443#b', 'http://a:443'],
    ['http://[::1]:8080/', 'http://[::1]:8080'],
    ['https://a@b/', 'https://a@b'],
    ['https://a\\@b/', 'https://a'],
    ['https:a', undefined],
    ['wss://a', undefined],
    ['/a', undefined],
    ['//a/b', undefined],
  ];
  for (const [url, origin] of table)
    it(`of ${url}`, () => {
      expect(originOf(url)).to.equal(origin);
    });
});

describe('resolve', () => {
  it('RFC 3986 §5.4: as its examples have it', () => {
    const base = 'http://a/b/c/d?q';
    const table: Readonly<Record<string, string>> = {
      'g:h': 'g:h',
      ...{ g: '/b/c/g', './g': '/b/c/g', 'g/': '/b/c/g/', '/g': '/g', '?y': '/b/c/d?y', 'g?y': '/b/c/g?y' },
      ...{ ';x': '/b/c/;x', 'g;x': '/b/c/g;x', 'g;x?y': '/b/c/g;x?y', '': '/b/c/d?q', '.': '/b/c/' },
      ...{ './': '/b/c/', '..': '/b/', '../': '/b/', '../g': '/b/g', '../..': '/', '../../': '/' },
      ...{ '../../g': '/g', '../../../g': '/g', '/./g': '/g', '/../g': '/g', 'g.': '/b/c/g.' },
      ...{
        '..g': '/b/c/..g',
        './../g': '/b/g',
        'g/./h': '/b/c/g/h',
        'g/../h': '/b/c/h',
        'g?y/../x': '/b/c/g?y/../x',
      },
    };
    for (const [reference, path] of Object.entries(table))
      expect(resolve(reference, base), reference).to.equal(path.startsWith('/') ? `http://a${path}` : path);
    expect(resolve('//g', base)).to.equal('http://g');
  });

  it('starts from a path, too', () => {
    expect(resolve('./m?b', '/channels/a/m?c')).to.equal('/channels/a/m?b');
    expect(resolve('/b', '/a')).to.equal('/b');
    expect(resolve('//b/c', '/a')).to.equal('//b/c');
  });
});

describe('withQuery', () => {
  const table: readonly (readonly [url: string, params: Record<string, string>, url: string])[] = [
    ['https://a/b', {}, 'https://a/b'],
    ['https://a/b', { c: 'd e' }, 'https://a/b?c=d+e'],
    ['/b?', { c: '' }, '/b?c='],
    ['/b?x=%zz&flag&sig=a%2Fb', { c: 'd' }, '/b?x=%zz&flag&sig=a%2Fb&c=d'],
    ['/b?a=1&b=2&a=3&%61=4', { a: '9' }, '/b?b=2&a=9'],
    ['/b?toString=1&constructor', { a: '9' }, '/b?toString=1&constructor&a=9'],
  ];
  for (const [url, params, whole] of table)
    it(`${url} with ${JSON.stringify(params)}`, () => {
      expect(withQuery(url, params)).to.equal(whole);
    });
});

describe('decoded', () => {
  it('undoes escapes and pluses, and leaves what is malformed', () => {
    expect(['a+b%20c', '%C3%A9', '%zz', ''].map(decoded)).to.deep.equal(['a b c', 'é', '%zz', '']);
  });
});
