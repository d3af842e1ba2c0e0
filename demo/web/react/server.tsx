import { renderToString } from 'react-dom/server';
import { root } from './root.js';

export const render = (): string => renderToString(root);
