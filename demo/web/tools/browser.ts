import chromium from '@sparticuz/chromium';
import { type Browser, chromium as driver } from 'playwright-core';

const args = chromium.args.filter((arg) => arg !== '--single-process');
const quiet = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
];

/** Starts Chromium, without a window. In a single process, which is its package's default, it ends with its first context. */
export const launch = async (): Promise<Browser> =>
  driver.launch({ executablePath: await chromium.executablePath(), args: [...args, ...quiet] });
