import { describe, expect, it } from 'vitest';
import { createMemory } from '../../src/commentator/memory.js';
import type { Cue } from '../../src/media/cue.js';
import { promptContext } from '../support/prompt-context.js';
import { CONFIG, line, partial, tell } from './support.js';

function cue(seq: number, rest: Partial<Cue> = {}): Cue {
  const [form] = tell([line(1, 'Red press.')]).forms;
  return { ...form!, seq, id: `main-${seq}`, text: `Line ${seq}.`, ...rest };
}

describe('the memory', () => {
  it('is empty at first', () => {
    expect(promptContext({ lang: 'zh' })).toMatchObject(createMemory({ ...CONFIG, lang: 'zh' }).context(0));
  });

  it('holds the newest lines, oldest first, however many there were', () => {
    const memory = createMemory({ ...CONFIG, recentLines: 2 });
    for (let seq = 0; seq < 1_000; seq += 1) memory.note(cue(seq));
    expect(memory.context(0).recent).toEqual(['Line 998.', 'Line 999.']);
  });

  it('holds nothing when it may hold nothing', () => {
    const memory = createMemory({ ...CONFIG, recentLines: 0 });
    memory.note(cue(0));
    expect(memory.context(0).recent).toEqual([]);
  });

  it('ignores partial cues, keeps a cut one once, and forgets a withdrawn one', () => {
    const memory = createMemory({ ...CONFIG, recentLines: 4 });
    memory.note(cue(0, { final: false }));
    memory.note(cue(1));
    memory.note(cue(1, { end: 1.5 }));
    memory.note(cue(2));
    memory.note(cue(2, { end: 1 }));
    expect(memory.context(0).recent).toEqual(['Line 1.']);
  });

  it('takes no goal for a fact that was not scored', () => {
    const facts = (text: string) => {
      const memory = createMemory(CONFIG);
      memory.note(cue(0, { text }));
      return memory.context(1).facts.join(' ');
    };
    expect(facts('Goal for Red!')).toContain('goal (Red)');
    expect(facts('What a save, so close to a goal for Red!')).not.toContain('goal (Red)');
    expect(facts('Goal disallowed, offside against Red.')).not.toContain('goal');
  });

  it('is filled by the commentator with final lines only', () => {
    expect(tell([partial(1, 'Red'), line(1, 'Red press.'), partial(5, 'Blue')]).recent).toEqual([
      'Red press.',
    ]);
  });
});
