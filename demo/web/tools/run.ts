/**
 * `npm run demo:web`: serves the four demos, which are built then, and an emulator until it is stopped. `-- --screenshots` draws
 * the pictures of the docs instead.
 */
import { join } from 'node:path';
import { launch } from './browser.js';
import { drawConsole } from './console-pictures.js';
import { cut, serveDemos } from './serve.js';

const pictures = join(import.meta.dirname, '../../../docs/images');
const lines = [
  ['grace', 'Is anybody on the staging server?'],
  ['alan', 'I am. It was slow this morning, and is fine now.'],
  ['grace', 'Then I restart it after lunch.'],
] as const;

/** Draws each demo in light and dark, with others who write, and the last one while it is cut off. */
async function draw(): Promise<void> {
  const { url, emulator, close } = await serveDemos();
  const browser = await launch();
  emulator.presence('lobby').enter([
    { clientId: 'grace', data: { typing: true } },
    { clientId: 'alan', data: { typing: false } },
  ]);
  for (const [clientId, data] of lines) emulator.publish('lobby', { name: 'text', clientId, data });
  for (const [demo, colorScheme] of [
    ['angular', 'light'],
    ['react', 'dark'],
    ['vue', 'light'],
    ['svelte', 'dark'],
  ] as const) {
    const page = await browser.newPage({ colorScheme, viewport: { width: 720, height: 360 } });
    await page.addInitScript('sessionStorage.setItem("name", "ada")');
    await page.goto(`${url}${demo}/`);
    await page.getByText('grace is typing').waitFor();
    await page.getByText('(you)').waitFor();
    await page.screenshot({ path: join(pictures, `${demo}.png`) });
    if (demo === 'svelte') {
      cut(emulator); // the last one, because a client that is cut off cannot leave
      await page.getByText('Offline').waitFor();
      await page.screenshot({ path: join(pictures, 'offline.png') });
    }
    await page.goto('about:blank'); // closes the client, so that ada is there once
    await page.close();
  }
  await drawConsole(browser, pictures);
  await browser.close();
  await close();
}

if (process.argv.includes('--screenshots')) await draw();
else {
  const { url } = await serveDemos(Number(process.env['PORT'] ?? 4173));
  console.log(`Open ${url} in two windows. Ctrl-C ends it.`);
}
