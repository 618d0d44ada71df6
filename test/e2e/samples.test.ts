import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readCues } from '../../src/eval/cues.js';
import { type Scores, scoreCues } from '../../src/eval/score.js';
import { readTruth } from '../../src/eval/truth.js';
import { type Cue, makeConfig, openBooth, writeJsonl } from '../../src/index.js';

const sample = (name: string) => new URL(`../../samples/${name}`, import.meta.url).pathname;

/** What the bundled model makes of a sample, against what happened in it. */
async function scoresOf(name: string, lang: string): Promise<Scores> {
  const config = makeConfig({ commentator: { lang } });
  const booth = await openBooth({ input: sample(`${name}.mp4`), mode: 'offline', config });
  try {
    const cues: Cue[] = [];
    booth.cues.subscribe((cue) => cues.push(cue));
    await booth.run();
    const truth = readTruth(await readFile(sample(`${name}.truth.json`), 'utf8'));
    return scoreCues(truth, readCues(writeJsonl(cues)), lang);
  } finally {
    await booth.close();
  }
}

describe.each(['en', 'zh'])('the bundled model, in %s', (lang) => {
  it('calls the goal of a match once, and most of what happens', async () => {
    const { byType, events, scoreErrors } = await scoresOf('match', lang);
    expect(byType.goal).toMatchObject({ happened: 1, claimed: 1, matched: 1 });
    expect(events.f1).toBeGreaterThan(0.6);
    expect(scoreErrors).toBe(0);
  }, 60_000);

  it('does not call a replayed goal again', async () => {
    const { byType, replaysCalledAsNew } = await scoresOf('replay', lang);
    expect(byType.goal?.claimed).toBe(1);
    expect(replaysCalledAsNew).toBe(0);
  }, 60_000);

  it('makes little of a calm passage', async () => {
    const { events, cues } = await scoresOf('calm', lang);
    expect(cues).toBeGreaterThan(0);
    expect(events.claimed).toBeLessThanOrEqual(3);
  }, 60_000);
});
