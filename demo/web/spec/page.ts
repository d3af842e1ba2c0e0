/**
 * Runs in a page before anything else: keeps the first list of messages as `firstList`, which is the one that a server
 * rendered, and counts in `renders` how often the list's lines change, all in all, and at most between two frames.
 */
export const watchRenders = `
  globalThis.renders = { most: 0, renders: 0 };
  let sinceFrame = 0;
  const nextFrame = () => { sinceFrame = 0; requestAnimationFrame(nextFrame); };
  requestAnimationFrame(nextFrame);
  new MutationObserver((changes) => {
    globalThis.firstList ??= document.querySelector('.messages');
    if (!changes.some(({ target }) => target.nodeName === 'OL')) return;
    sinceFrame += 1;
    renders.renders += 1;
    renders.most = Math.max(renders.most, sinceFrame);
  }).observe(document, { childList: true, subtree: true });
`;

/** Counts how often the lines of the log change, all in all and at most between two frames, and how many there are. */
export const watchLines = `
  globalThis.renders = { renders: 0, most: 0, lines: 0 };
  let sinceFrame = 0;
  const nextFrame = () => { sinceFrame = 0; requestAnimationFrame(nextFrame); };
  requestAnimationFrame(nextFrame);
  const list = document.querySelector('.lines');
  new MutationObserver(() => {
    renders.renders += 1;
    renders.most = Math.max(renders.most, (sinceFrame += 1));
    renders.lines = Math.max(renders.lines, list.childElementCount);
  }).observe(list, { childList: true });
`;

/** Waits until something is so, and says what it waited for where it is not in ten seconds. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let left = 200; !(await isSo()); left -= 1) {
    if (left === 0) throw new Error(`Waited in vain until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
