import type { Theme } from 'vitepress';
import DefaultTheme from 'vitepress/theme';
import { useDiagrams } from './diagrams.js';
import LiveProgram from './live-program.vue';

const theme: Theme = {
  extends: DefaultTheme,
  setup: useDiagrams,
  enhanceApp: ({ app }) => void app.component('LiveProgram', LiveProgram),
};

export default theme; // VitePress takes the default export of this file
