import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitepress';

const root = join(import.meta.dirname, '../..');
const web = (name: string): string => join(root, 'dist/web', `${name}.js`);
const { description } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly description: string;
};
/** Written by `tools/build.ts`, which reads it out of the contents of the docs. */
const sidebar = JSON.parse(readFileSync(join(import.meta.dirname, '../.pages/sidebar.json'), 'utf8')) as [];

export default defineConfig({
  title: 'rx-realtime',
  description,
  lang: 'en',
  srcDir: '.pages',
  outDir: 'dist',
  cleanUrls: true,
  markdown: {
    config: (markdown) => {
      const { fence } = markdown.renderer.rules;
      markdown.renderer.rules.fence = (tokens, at, ...rest) => {
        const { info = '', content = '' } = tokens[at] ?? {};
        return info.trim() === 'mermaid'
          ? `<pre class="mermaid" v-pre>${markdown.utils.escapeHtml(content)}</pre>`
          : (fence?.(tokens, at, ...rest) ?? '');
      };
    },
  },
  themeConfig: {
    nav: [
      { text: 'Docs', link: '/contents' },
      { text: 'API', link: '/api/' },
      { text: 'Try it', link: '/live' },
    ],
    sidebar: { '/api/': [], '/': sidebar },
    outline: [2, 3],
    search: { provider: 'local' },
  },
  vite: {
    resolve: {
      alias: [
        { find: /^rx-realtime$/, replacement: web('index') },
        { find: /^rx-realtime\/(.+)$/, replacement: web('$1') },
      ],
    },
    build: { chunkSizeWarningLimit: 2000 },
  },
});
