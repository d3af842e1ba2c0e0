import { expect } from 'chai';
import { redact } from '../../lib/base/redact.js';

describe('redact', () => {
  const table: readonly (readonly [title: string, text: string, redacted: string])[] = [
    [
      'leaves a text without secrets',
      'connect ECONNREFUSED 127.0.0.1:80',
      'connect ECONNREFUSED 127.0.0.1:80',
    ],
    [
      'removes the query of a URL',
      'cannot open wss://main/?key=a.b:c&v=6 now',
      'cannot open wss://main/?… now',
    ],
    ['removes it within quotes and brackets', '("ws://a/?b=c") \'ws://a/?d\'', '("ws://a/?…") \'ws://a/?…\''],
    ['removes every query', 'ws://a/?b ws://c/?d', 'ws://a/?… ws://c/?…'],
    ['leaves a question', 'Is it open? Yes.', 'Is it open? Yes.'],
    ['removes a JSON Web Token, whole', 'Bearer eyJhbGciOi.eyJpc3Mi.c2ln-_x rejected', 'Bearer … rejected'],
    ['removes a part of one', 'eyJhbGciOi', 'eyJ…'],
    [
      'removes the value of an Authorization header',
      'got "Authorization: Basic YS5iOmM=", and {authorization: bearer abc.def}.',
      'got "Authorization: Basic …", and {authorization: bearer …',
    ],
    ['removes one that looks like a word', 'Bearer auth-token-of-mine', 'Bearer …'],
    [
      'leaves prose about headers',
      'Basic authentication is off, give a Bearer token. A basic error.',
      'Basic authentication is off, give a Bearer token. A basic …',
    ],
    ['leaves a word that contains its beginning', 'heyJude', 'heyJude'],
  ];
  for (const [title, text, redacted] of table)
    it(title, () => {
      expect(redact(text)).to.equal(redacted);
    });
});
