/** The clock of a page. A client has its own, which may be virtual; a page is painted in real time. */
export { asyncScheduler as pageClock } from 'rxjs';
