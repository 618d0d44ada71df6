import { readCues } from '../dist/eval/cues.js';
import { makeConfig, openBooth, writeJsonl } from '../dist/index.js';

/** Seconds that a line of the model's own takes to say: what the reference commentary reckons with. */
const WORDS_PER_SECOND = 2.6;
const CHARACTERS_PER_SECOND = 4.2;
const SHORTEST = 0.8;

/**
 * Booth over one video: the cues, what the model said before the commentator had its say (as cues of their own), the run's numbers, and
 * milliseconds of a tick.
 */
export async function watch(input, { lang, mode, model }) {
  const config = makeConfig({ vlm: { model }, commentator: { lang }, server: { port: 0 } });
  const booth = await openBooth({ input, mode, config, serve: mode === 'live' });
  const [forms, said] = [[], []];
  booth.cues.subscribe((cue) => forms.push(cue));
  const looks = [];
  booth.ticks.subscribe(({ outcome, end, text, lookMs }) => {
    looks.push(lookMs);
    if (outcome === 'line') said.push({ start: end, end: end + seconds(text, lang), text, lang });
  });
  const startedAt = performance.now();
  try {
    await booth.run();
    const stats = booth.stats();
    const msPerTick =
      mode === 'live'
        ? looks.reduce((sum, ms) => sum + ms, 0) / looks.length
        : (performance.now() - startedAt) / stats.ticks;
    return { cues: readCues(writeJsonl(forms)), said, stats, msPerTick };
  } finally {
    await booth.close();
  }
}

function seconds(text, lang) {
  const count =
    lang === 'zh'
      ? (text.match(/[\p{L}\p{N}]/gu) ?? []).length / CHARACTERS_PER_SECOND
      : text.split(/\s+/).length / WORDS_PER_SECOND;
  return Math.max(SHORTEST, count);
}
