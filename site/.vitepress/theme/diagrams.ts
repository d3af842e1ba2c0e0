import { useData, useRoute } from 'vitepress';
import { nextTick, onMounted, watch } from 'vue';

interface Mermaid {
  initialize(options: object): void;
  run(options: { readonly nodes: readonly Element[] }): Promise<void>;
}

/** Copied beside the pages by `tools/build.ts`: it is larger than all else, and few pages need it. */
const place = '/mermaid/mermaid.esm.min.mjs';

/** Draws the diagrams of a page in the colours that it is shown in. */
async function draw(isDark: boolean): Promise<void> {
  const nodes = [...document.querySelectorAll<HTMLElement>('pre.mermaid')];
  if (nodes.length === 0) return;
  const { default: mermaid } = (await import(/* @vite-ignore */ place)) as { readonly default: Mermaid };
  mermaid.initialize({ startOnLoad: false, theme: isDark ? 'dark' : 'default' });
  for (const node of nodes) {
    node.dataset['source'] ??= node.textContent ?? '';
    node.textContent = node.dataset['source'];
    delete node.dataset['processed'];
  }
  await mermaid.run({ nodes });
}

/** Keeps the diagrams of the page that is shown drawn. */
export function useDiagrams(): void {
  const { isDark } = useData();
  const route = useRoute();
  const redraw = (): void => void nextTick(() => draw(isDark.value)).catch(console.error);
  onMounted(redraw);
  watch([() => route.path, isDark], redraw, { flush: 'post' });
}
