import { describe, expect, it } from 'vitest';
import { otherWords } from '../../../src/vlm/decoding/other-words.js';
import { END, run, SCORED } from './scripted.js';
import { byteLevel } from './vocabularies.js';

const STEM = "It's Blue";
const WORN = [{ stem: STEM, ending: ' on the ball.' }];

/** Says the likelier of two lines, as far as it has read one; `behind` is how far the other is in logits where they part. */
function either(likely: string, other: string, behind: number) {
  const lines = [likely, other].map((line) => [...byteLevel.encode(line), END]);
  return (read: readonly number[]) => {
    const logits = new Float32Array(SCORED).fill(-20);
    for (const [rank, ids] of lines.entries())
      if (read.every((id, at) => ids[at] === id)) {
        const next = ids[read.length] ?? END;
        logits[next] = Math.max(logits[next] as number, 10 - rank * behind);
      }
    return logits;
  };
}

async function line(script: ReturnType<typeof either>, worn: typeof WORN): Promise<string | undefined> {
  return (await run(script, { steer: otherWords(worn, byteLevel) })).decoded?.text;
}

describe('a line that begins as a worn one', () => {
  const script = either(`${STEM} on the ball.`, `${STEM} with space.`, 3);

  it('goes on in other words', async () => {
    expect(await line(script, [])).toBe(`${STEM} on the ball.`);
    expect(await line(script, WORN)).toBe(`${STEM} with space.`);
  });

  it('goes on as it would where other words are improbable', async () => {
    const sure = either(`${STEM} on the ball.`, `${STEM} with space.`, 6);
    expect(await line(sure, WORN)).toBe(`${STEM} on the ball.`);
  });

  it('goes on as it would where all words are worn', async () => {
    const both = [...WORN, { stem: STEM, ending: ' with time.' }];
    expect(await line(script, both)).toBe(`${STEM} on the ball.`);
  });

  it('is left alone where it is about another team', async () => {
    const red = either("It's Red on the ball.", "It's Red with space.", 3);
    expect(await line(red, WORN)).toBe("It's Red on the ball.");
  });

  it('keeps the place that it names', async () => {
    const placed = either(`${STEM} on the ball, left.`, `${STEM} on the ball, right.`, 1);
    expect(await line(placed, [{ stem: STEM, ending: ' with space, left.' }])).toBe(
      `${STEM} on the ball, left.`,
    );
  });
});
