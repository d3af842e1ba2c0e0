import { hydrate } from 'svelte';
import '../shared/style.css';
import App from './App.svelte';

const target = document.getElementById('root');
if (target) hydrate(App, { target });
