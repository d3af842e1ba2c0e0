import { type ApplicationConfig, provideBrowserGlobalErrorListeners } from '@angular/core';
import { provideClientHydration } from '@angular/platform-browser';
import { provideRouter, type Routes } from '@angular/router';
import { RealtimeClient } from 'rx-realtime';
import { provideRealtime } from 'rx-realtime/angular';
import { options } from '../shared/chat.js';
import { About } from './about.js';
import { changeDetection } from './change-detection.js';
import { Room } from './room.js';

const routes: Routes = [
  { path: '', component: Room },
  { path: 'about', component: About },
];

export const config: ApplicationConfig = {
  providers: [
    changeDetection,
    provideBrowserGlobalErrorListeners(),
    provideClientHydration(),
    provideRouter(routes),
    provideRealtime(RealtimeClient, options),
  ],
};
