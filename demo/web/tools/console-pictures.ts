import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { RealtimeClient } from 'rx-realtime';
import { listen } from 'rx-realtime/emulator';
import { interval, lastValueFrom, of, take, tap } from 'rxjs';

const people = ['ada', 'alan', 'edith', 'grace', 'hedy', 'mary'];

/** Draws the console beside an emulator with six clients: connections, a channel after a storm, and a narrow page. */
export async function drawConsole(browser: Browser, pictures: string): Promise<void> {
  const server = await listen();
  const clients = people.map((clientId) => {
    const { key, host: endpoint, port } = server;
    return new RealtimeClient({ key, endpoint, port, tls: false, clientId, log: () => {} });
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 760 } });
  await page.goto(`${server.url}/console/`);
  for (const client of clients) {
    client.channel('lobby').messages$.subscribe();
    client
      .channel('lobby')
      .presence.hold(of({ typing: false }))
      .subscribe();
  }
  await page.getByText('Connections 6').waitFor();
  const talk = interval(250).pipe(
    take(24),
    tap((n) => {
      const speaker = clients[n % 3];
      void speaker?.channel('lobby').publish('text', `This is line ${n + 1}.`);
    }),
  );
  await lastValueFrom(talk);
  const shoot = (name: string) => page.screenshot({ path: join(pictures, `console-${name}.png`) });
  await page.getByRole('button', { name: 'grace' }).click();
  await page.getByText('Frames of').waitFor();
  await shoot('connections');

  await page.emulateMedia({ colorScheme: 'dark' });
  await page.getByRole('tab', { name: 'Channels' }).click();
  await page.getByRole('button', { name: 'lobby' }).click();
  await page.getByRole('button', { name: 'Watch all' }).click();
  await page.getByRole('button', { name: 'Storm' }).click();
  await page.getByText('were back after').first().waitFor();
  await lastValueFrom(interval(2500).pipe(take(1)));
  await shoot('channel');

  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 360, height: 760 });
  await page.reload();
  await page.getByText('Connections 6').waitFor();
  await shoot('narrow');
  await page.close();
  for (const client of clients) void client.dispose();
  await server.close();
}
