import '../shared/style.css';
import { createChat } from './app.js';

createChat().mount('#root');
