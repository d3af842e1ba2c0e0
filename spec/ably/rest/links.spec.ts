import { expect } from 'chai';
import { linksOf } from '../../../lib/ably/rest/links.js';

const linksIn = (link: string | null, path = '/channels/a/messages?limit=2') =>
  linksOf({ get: (name) => (name === 'link' ? link : null) }, path);

describe('linksOf', () => {
  const table: readonly (readonly [title: string, link: string | null, links: object])[] = [
    ['RSC19d: finds none without a header', null, {}],
    ['finds none in an empty header', '', {}],
    [
      'RSC19d: resolves a link relative to the path',
      '<./messages?page=2>; rel="next"',
      { next: '/channels/a/messages?page=2' },
    ],
    ['resolves a link from the root', '</other?x=1>; rel="next"', { next: '/other?x=1' }],
    ['drops the host of an absolute link', '<https://evil.test/p?x=1>; rel="next"', { next: '/p?x=1' }],
    [
      'finds several, with the relation quoted or not, and other parameters before it',
      '<./m?a>; rel="first", <./m?b>; title=x; rel=next',
      { first: '/channels/a/m?a', next: '/channels/a/m?b' },
    ],
    [
      'takes a comma in a link for a part of it',
      '<./m?x=a,b;c>; rel="next"',
      { next: '/channels/a/m?x=a,b;c' },
    ],
    ['takes a link from the host on', '<//evil.test/p>; rel="next"', { next: '/p' }],
    ['leaves a fragment out', '<./m?a#b>; rel="next"', { next: '/channels/a/m?a' }],
    [
      'leaves a link that leads nowhere as it is',
      '<mailto:me>; rel="next", <a b>; rel="first"',
      { next: 'mailto:me', first: 'a b' },
    ],
    [
      'TG2: tells the current page from the first and the next one',
      '<./m?limit=2>; rel="first", <./m?limit=2&cursor=b>; rel="current", <./m?limit=2&cursor=d>; rel="next"',
      {
        first: '/channels/a/m?limit=2',
        current: '/channels/a/m?limit=2&cursor=b',
        next: '/channels/a/m?limit=2&cursor=d',
      },
    ],
    ['skips a link without a relation', '<./m>; title=x', {}],
    ['skips what is not in angle brackets', './m; rel="next"', {}],
  ];
  for (const [title, link, links] of table)
    it(title, () => {
      expect(linksIn(link)).to.deep.equal(links);
    });
});
