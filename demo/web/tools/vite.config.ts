import { svelte } from '@sveltejs/vite-plugin-svelte';
import react from '@vitejs/plugin-react';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

export default defineConfig(({ mode }) => ({
  plugins: [react(), vue(), svelte()],
  define: { 'process.env.NODE_ENV': JSON.stringify(mode) },
  ssr: { noExternal: ['rx-realtime'] },
  build: { emptyOutDir: true, minify: mode === 'production' },
}));
