import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** In kB, gzipped. */
const most = 150;
const parts = ['console.css', 'console.js', 'index.html'];

const textsIn = (folder: string): readonly string[] =>
  parts.map((name) => readFileSync(join(folder, name), 'utf8'));

/** The weight of the whole page; its RxJS is part of it either way. */
export function consoleWeight(folder: string): { readonly alone: number; readonly withRxjs: number } {
  const kilobytes = textsIn(folder).reduce(
    (sum, text) => sum + gzipSync(text, { level: 9 }).length / 1000,
    0,
  );
  return { alone: kilobytes, withRxjs: kilobytes };
}

/** Addresses that are names, and are not asked for. */
const names = /^http:\/\/www\.w3\.org\//;

/** Says what the page weighs; throws where it is not whole, is too heavy, or would not work under a strict policy. */
export function checkedConsole(folder: string): string {
  const found = readdirSync(folder).sort();
  if (found.join() !== parts.join()) throw new Error(`It consists of ${found.join(', ')}.`);
  const [css = '', code = '', html = ''] = textsIn(folder);
  const elsewhere = [css, code, html]
    .flatMap((text) => text.match(/\b(?:https?|wss?):\/\/[^\s"'`)<]+/g) ?? [])
    .filter((url) => !names.test(url));
  if (elsewhere.length > 0) throw new Error(`It names ${elsewhere.join(', ')}.`);
  if (/\sstyle=|\son\w+=|<style|<script(?![^>]*\ssrc=)/.test(html))
    throw new Error('The page has code or style inline.');
  if (/\beval\(|new Function\b/.test(code)) throw new Error('The code makes code, which its policy forbids.');
  const { alone } = consoleWeight(folder);
  if (alone > most) throw new Error(`It weighs ${alone.toFixed(1)} kB.`);
  return `: ${alone.toFixed(1)} kB gzip`;
}
