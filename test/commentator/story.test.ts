import { describe, expect, it } from 'vitest';
import { createMemory } from '../../src/commentator/memory.js';
import { type Story, summaryOf, tellMore } from '../../src/commentator/story.js';
import { CONFIG, lastForms, line, tell } from './support.js';

const limits = { lines: 3, characters: 400 };

function story(lines: readonly (readonly [number, string])[], most = limits): Story {
  return lines.reduce<Story>((told, [at, text]) => tellMore(told, { at, text }, most), []);
}

describe('the story so far', () => {
  it('is the most important lines with their times, in order', () => {
    const told = story([
      [12, 'Corner for Red.'],
      [20, 'Red pass it about.'],
      [75, 'Goal for Red!'],
      [120, 'Shot by Blue!'],
      [200, 'Penalty to Blue!'],
    ]);
    expect(summaryOf(told, limits)).toBe('01:15 Goal for Red! 02:00 Shot by Blue! 03:20 Penalty to Blue!');
  });

  it('tells a moment once, however often it is called', () => {
    const told = story([
      [75, 'Goal for Red!'],
      [78, 'What a goal by Red.'],
      [110, 'Goal for Blue!'],
    ]);
    expect(told.map(({ at }) => at)).toEqual([75, 110]);
  });

  it('leaves out what its characters have no room for, the least important first', () => {
    const told = story([
      [12, 'Corner for Red.'],
      [75, 'Goal for Red!'],
      [120, 'Shot by Blue!'],
    ]);
    expect(summaryOf(told, { ...limits, characters: 20 })).toBe('01:15 Goal for Red!');
    expect(summaryOf(told, { ...limits, characters: 3 })).toBe('');
    expect(story([[75, 'Goal for Red!']], { ...limits, lines: 0 })).toEqual([]);
  });
});

describe('three hours of commentary', () => {
  const events = [
    'Goal for Red!',
    'Corner for Blue.',
    'Yellow card for Red.',
    'Shot by Blue!',
    'Substitution for Red.',
  ];
  const hours = Array.from({ length: 720 }, (_, index) => {
    const text = events[index % events.length] ?? '';
    return line(index * 15, `${text} Attack number ${index}, minute ${index % 90}.`);
  });

  it('leave a memory of bounded size', () => {
    const memory = createMemory(CONFIG);
    const sizes = lastForms(tell(hours).forms).flatMap((cue, index) => {
      memory.note(cue);
      return index % 8 === 0 ? [JSON.stringify(memory.context(cue.start)).length] : [];
    });
    expect(sizes.length).toBeGreaterThan(80);
    const { facts, summary, recent } = memory.context(10_800);
    expect(recent).toHaveLength(CONFIG.recentLines);
    expect(facts.length).toBeLessThanOrEqual(40);
    expect(summary.length).toBeLessThanOrEqual(CONFIG.summaryCharacters);
    expect(summary).toContain('Goal for Red!');
    expect(Math.max(...sizes.slice(-10))).toBeLessThanOrEqual(Math.max(...sizes.slice(10, 20)) + 200);
  });
});
