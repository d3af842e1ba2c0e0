import { renderToString } from 'vue/server-renderer';
import { createChat } from './app.js';

export const render = (): Promise<string> => renderToString(createChat());
