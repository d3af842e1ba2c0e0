import { expect } from 'chai';
import { vagueProse } from './architecture/prose.js';
import { files, textOf } from './architecture/source.js';

describe('prose', () => {
  for (const file of files) {
    it(`lib/${file} begins no comment and no error text vaguely`, () => {
      expect(vagueProse(textOf(file))).to.deep.equal([]);
    });
  }
});

describe('the check of the prose', () => {
  const refused: readonly (readonly [title: string, text: string])[] = [
    ['TSDoc', '/** What a channel keeps. */\nconst a = 1;'],
    ['TSDoc of several lines', '/**\n * Whoever asks.\n * More.\n */\nconst a = 1;'],
    ['TSDoc of a member', 'interface A {\n  /** Nobody. */\n  readonly b: number;\n}'],
    ['TSDoc of a member of an object in a call', 'f({\n  /** whose it is */\n  b: 1,\n});'],
    ['a comment behind code', 'const a = 1; // who reads it'],
    ['a comment behind the last member', 'const a = {\n  b: 1, // whom\n};'],
    ['a comment in an empty block', 'try {\n  a();\n} catch {\n  // somebody else says it\n}'],
    ['a comment at the end of the file', 'const a = 1;\n\n// What comes next'],
    ['a block comment between arguments', 'f(/* what */ 1);'],
    [
      'a comment behind ids of the specification',
      '/** RTP8 to RTP10, RTP15: who is to enter. */\nconst a = 1;',
    ],
    ['capitals', '// WHAT\nconst a = 1;'],
    ['an error text', "throw new TypeError('Nobody can be pinged.');"],
    ['an error text in a template', 'throw new ErrorInfo(`Whoever ${a}`, { code: 1 });'],
    ['an error text that is joined', "throw new Error('What ' + a);"],
    ['either text of a condition', "throw new RangeError(a ? 'Too small.' : 'who knows');"],
    ['an error of our own', "throw new PublishError('Somebody publishes already.');"],
    ['the text of a refusal', "throw refusal(40000, 400, 'Nobody can be present.');"],
  ];
  for (const [title, text] of refused) {
    it(`refuses ${title}`, () => {
      expect(vagueProse(text)).to.have.length(1);
    });
  }

  const accepted: readonly (readonly [title: string, text: string])[] = [
    ['the name of the thing', '/** Messages that a channel keeps, what they are. */\nconst a = 1;'],
    ['words that only begin so', '// Whole publishes\n// Whatever\nconst a = 1;'],
    ['code that is quoted', '// `what` is a name\nconst a = 1;'],
    ['the second line of a comment', '// The client, or\n// whoever it is\nconst a = 1;'],
    ['marks of a comment in strings', "const a = '// what'; const b = `/* who */`; const c = /\\/* what/;"],
    ['strings that are no error text', "log('What now?'); new Map([['who', 1]]);"],
    [
      'an error text that names the thing',
      "throw new TypeError('The option is unknown: see who reads it.');",
    ],
  ];
  for (const [title, text] of accepted) {
    it(`accepts ${title}`, () => {
      expect(vagueProse(text)).to.deep.equal([]);
    });
  }
});
