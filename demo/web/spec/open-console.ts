import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/** A console that is open in a context of its own, with what its browser complained of, as of a breach of its policy. */
export interface OpenConsole {
  readonly page: Page;
  readonly complaints: string[];
}

/** Opens the console at a URL, and waits until it is connected. */
export async function openConsole(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenConsole> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:'))
      complaints.push(`asked for ${request.url()}`);
  });
  await page.goto(url);
  await page.getByText('Connected.', { exact: true }).waitFor();
  return { page, complaints };
}
