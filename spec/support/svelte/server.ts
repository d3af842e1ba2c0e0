/** Renders the app as a server does, and tells what came of it, as JSON. */
import { render } from 'svelte/server';
import { pageWorld } from '../page.js';
import App from './App.svelte';
import { PageState } from './page-state.svelte.js';

const { client, emulator, sent } = pageWorld();
const { body: html } = render(App, { props: { client, page: new PageState() } });
await new Promise((resolve) => setTimeout(resolve, 50));
console.log(JSON.stringify({ html, connections: emulator.connections.length, sent: sent.length }));
process.exit(0);
