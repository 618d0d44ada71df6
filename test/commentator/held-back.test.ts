import { describe, expect, it } from 'vitest';
import { GATE } from '../../src/commentator/gate.js';
import { heldBack } from '../../src/commentator/held-back.js';
import type { Clip } from '../../src/media/clip.js';
import { clipInfo } from '../../src/media/clip.js';
import type { Remark } from '../../src/media/remark.js';

const clip: Clip = { seq: 3, frames: [], start: 6, end: 8, capturedAt: 0, change: 0, sceneCut: false };

function remark(text: string, final: boolean): Remark {
  const said = {
    clip: clipInfo(clip),
    confidence: 0.9,
    saidAt: 8_100,
    model: 'seer',
    prompt: '',
    speaker: null,
  };
  return { kind: 'line', text, final, reasoning: null, ...said };
}

async function held(...remarks: Remark[]): Promise<string[]> {
  async function* look() {
    yield* remarks;
  }
  const told: string[] = [];
  for await (const each of heldBack(look(), clip, 0.8))
    told.push(each.kind === 'silence' ? `silence of ${each.model} at ${each.saidAt}` : each.text);
  return told;
}

describe('what a shut gate holds back', () => {
  it('is every ordinary line, which becomes one silence', async () => {
    expect(await held(remark('Red pass', false), remark('Red pass it about.', true))).toEqual([
      `silence of ${GATE} at 8100`,
    ]);
  });

  it('is no big moment', async () => {
    expect(await held(remark('Goal', false), remark('Goal for Red!', true))).toEqual([
      'Goal',
      'Goal for Red!',
    ]);
  });

  it('takes back what began as a big moment and is none', async () => {
    expect(await held(remark('Goal', false), remark('Goal kick for Blue.', true))).toEqual([
      'Goal',
      `silence of ${GATE} at 8100`,
    ]);
  });

  it('is no silence of the model', async () => {
    const silence: Remark = {
      kind: 'silence',
      clip: clipInfo(clip),
      confidence: 0.7,
      saidAt: 1,
      model: 'seer',
      prompt: '',
    };
    expect(await held(silence)).toEqual(['silence of seer at 1']);
  });
});
