import { type App as VueApp, createSSRApp } from 'vue';
import { RealtimeClient } from 'rx-realtime';
import { realtime } from 'rx-realtime/vue';
import { options } from '../shared/chat.js';
import App from './App.vue';

export const createChat = (): VueApp => createSSRApp(App).use(realtime(new RealtimeClient(options)));
