import { provideZonelessChangeDetection } from '@angular/core';

/** Without zone.js, as Angular 21 has it by default. */
export const changeDetection = provideZonelessChangeDetection();
