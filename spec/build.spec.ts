import { expect } from 'chai';
import { readFileSync } from 'node:fs';

describe('the build', () => {
  it('names the loader of its config, or Node 22.18 and later read it themselves, and find no .js beside a .ts', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      readonly scripts: { readonly build: string };
    };
    expect(readFileSync('tsdown.config.ts', 'utf8')).to.match(/from '\.\/lib\/[\w/-]+\.js'/);
    expect(scripts.build).to.match(/^tsdown .*--config-loader unrun\b/);
  });
});
