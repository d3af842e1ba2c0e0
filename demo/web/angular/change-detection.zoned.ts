import { provideZoneChangeDetection } from '@angular/core';

/** With zone.js: `npm run demo:web` serves this build as `/angular-zoned/`. */
export const changeDetection = provideZoneChangeDetection({ eventCoalescing: true });
