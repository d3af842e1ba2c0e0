import { StrictMode } from 'react';
import { RealtimeClient } from 'rx-realtime';
import { RealtimeProvider } from 'rx-realtime/react';
import { options } from '../shared/chat.js';
import { App } from './app.js';

const client = new RealtimeClient(options); // opens nothing yet, so that a server can make one, too

export const root = (
  <StrictMode>
    <RealtimeProvider client={client}>
      <App />
    </RealtimeProvider>
  </StrictMode>
);
