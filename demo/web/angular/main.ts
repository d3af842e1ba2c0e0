import { ApplicationRef } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { App } from './app.js';
import { config } from './config.js';

void bootstrapApplication(App, config).then((app) => {
  app.injector.get(ApplicationRef).isStable.subscribe((isStable) => {
    document.documentElement.dataset['stable'] = String(isStable); // for the specs to see
  });
});
