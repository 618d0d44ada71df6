import { describe, expect, it } from 'vitest';
import { createEndings, partLine } from '../../src/commentator/endings.js';
import type { Cue } from '../../src/media/cue.js';
import { lastForms, line, tell } from './support.js';

describe('a line is parted after what it claims', () => {
  it.each([
    ['en', "It's Blue", ' on the ball in midfield.'],
    ['en', 'Corner for Blue!', ' Everybody goes up.'],
    ['en', 'Throw-in for Red,', ' on the touchline.'],
    ['en', 'Yellow card for Red,', ' careful now.'],
    ['zh', '现在是蓝队', '控球，中场。'],
    ['zh', '角球，是蓝队的，', '都上来了。'],
    ['zh', '哨响了，红队犯规，', '很清楚。'],
  ])('%s: %s|%s', (lang, stem, ending) => {
    expect(partLine(stem + ending, lang)).toEqual({ stem, ending });
  });

  it.each([
    ['en', 'The score: Blue one, Red nil.'],
    ['en', 'Shot by Blue!'],
    ['en', 'Out for a Red goal kick.'],
    ['en', 'What an afternoon this is.'],
    ['zh', '比分：蓝队一，红队零。'],
    ['fr', 'Corner pour les bleus, tout le monde monte.'],
  ])('%s: not %s', (lang, line) => {
    expect(partLine(line, lang)).toBeNull();
  });

  it('also where the teams have names', () => {
    const teams = [{ name: 'Rovers', words: ['Rovers', 'the hosts'] }];
    expect(partLine('Rovers keep it moving.', 'en', teams)).toEqual({
      stem: 'Rovers',
      ending: ' keep it moving.',
    });
  });
});

describe('worn endings', () => {
  const said = (id: string, start: number, text: string): Cue => {
    const [cue] = lastForms(tell([line(start, text)]).forms);
    return { ...(cue as Cue), id };
  };
  const stems = (worn: readonly { stem: string }[]) => worn.map(({ stem }) => stem);

  it('are those of the window, oldest first, of final cues that stand', () => {
    const endings = createEndings(30, 'en', []);
    endings.note(said('a', 0, "It's Blue on the ball in midfield."));
    endings.note(said('b', 10, 'Corner for Red! Here it comes.'));
    endings.note({ ...said('c', 20, 'Throw-in for Red, hands on it.'), final: false });
    expect(stems(endings.worn(20))).toEqual(["It's Blue", 'Corner for Red!']);
    endings.note({ ...said('b', 10, 'Corner for Red! Here it comes.'), end: 10 });
    expect(stems(endings.worn(20))).toEqual(["It's Blue"]);
    expect(endings.worn(30)).toEqual([]);
  });

  it('are none without a window', () => {
    const endings = createEndings(0, 'en', []);
    endings.note(said('a', 0, "It's Blue on the ball in midfield."));
    expect(endings.worn(0)).toEqual([]);
  });
});
