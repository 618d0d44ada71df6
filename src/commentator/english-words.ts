import { readFile } from 'node:fs/promises';
import wordListPath from 'word-list';
import type { IsWord } from './english-names.js';

let reading: Promise<ReadonlySet<string>> | null = null;

/** The words of English in all their forms, without names: some 270,000, read once for all channels. */
export async function openEnglishWords(): Promise<IsWord> {
  reading ??= readWords();
  const words = await reading;
  return (word) => words.has(word);
}

async function readWords(): Promise<ReadonlySet<string>> {
  return new Set((await readFile(wordListPath, 'utf8')).split('\n'));
}
