import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { file, picture } from '../../scripts/cut-picture.js';

describe('docs/images/cut.svg', () => {
  it('is what a client emits through a cut: npm run picture draws it anew', () => {
    expect(picture()).to.equal(readFileSync(file, 'utf8'));
  });

  it('shows that each message arrives, once and in order', () => {
    expect(picture()).to.include('10 of 10 received, in order, each once');
  });
});
