import { hydrateRoot } from 'react-dom/client';
import '../shared/style.css';
import { root } from './root.js';

const element = document.getElementById('root');
if (element)
  hydrateRoot(element, root, {
    onRecoverableError: (error) => console.error('Hydration', error), // a mismatch shall not pass unseen
  });
