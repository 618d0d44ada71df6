import { describe, expect, it } from 'vitest';
import { openMatch } from '../../src/commentator/match.js';
import { createMemory } from '../../src/commentator/memory.js';
import { readRoster } from '../../src/roster/read-roster.js';
import { CONFIG, line, tell } from './support.js';

type Said = readonly [at: number, text: string];

/** A memory that heard these lines, and what it tells a model then. */
function heard(lines: readonly Said[], lang = 'en', ...match: Parameters<typeof createMemory>[1][]) {
  const memory = createMemory({ ...CONFIG, lang }, ...match);
  const [form] = tell([line(1, 'Red press.')]).forms;
  for (const [seq, [start, text]] of lines.entries())
    memory.note({ ...form!, seq, id: `main-${seq}`, start, end: start + 1, text });
  return memory;
}
const factsAfter = (lines: readonly Said[], at: number, lang = 'en') => heard(lines, lang).context(at).facts;

describe('a score of which a line does not say whose goals come first', () => {
  it.each([
    ['en', 'Red lead two nil.', 'Goal for Blue, two one!', 'Score: Blue 1–2.'],
    ['en', 'Red lead two nil.', 'Blue score, and it is two one!', 'Score: Blue 1–2.'],
    ['en', 'Red lead two one.', 'Goal for Blue, two two!', 'Score: 2–2.'],
    ['en', 'Blue lead one nil.', 'Goal for Blue, two nil!', 'Score: Blue 2–0.'],
    ['zh', '红队二比零领先。', '蓝队进球，2比1！', '比分：蓝队1比2。'],
    ['zh', '红队二比零领先。', '蓝队扳回一球，比分变成2比1。', '比分：蓝队1比2。'],
  ])('is read as it can be (%s): %s %s', (lang, before, after, fact) => {
    const memory = heard([[5, before]], lang);
    expect(memory.faultOf(after)).toBe(null);
    expect(
      factsAfter(
        [
          [5, before],
          [60, after],
        ],
        61,
        lang,
      ),
    ).toContain(fact);
  });

  it.each([
    'Goal for Blue! Blue lead two one.',
    'Goal! Two one to Blue.',
    'Blue two, Red one.',
    'Blue trail two nil to one.',
  ])('is read as it is said elsewhere: %s', (text) => {
    expect(heard([[5, 'Red lead three nil.']]).faultOf(text)).not.toBe(null);
  });
});

describe('what a line only seems to claim', () => {
  it.each([
    ['A lovely one-two sets Red free.', 'Score: 0–0.'],
    ['Blue line up in a four-four-two.', 'Score: 0–0.'],
    ["It's all over the place at the back for Blue!", 'First half.'],
    ['Blue restart with a free kick.', 'First half.'],
    ['Red restart quickly.', 'First half.'],
  ])('changes no fact: %s', (text, fact) => {
    const lines: Said[] = [
      [2, 'Kick-off for Red.'],
      [5, 'Nil nil.'],
      [70, text],
    ];
    expect(heard(lines.slice(0, 2)).faultOf(text)).toBe(null);
    expect(factsAfter(lines, 71)).toContain(fact);
  });

  it('is told apart in Chinese too', () => {
    const lines: Said[] = [
      [2, '红队开球。'],
      [40, '任意球开出，比赛继续。'],
    ];
    expect(factsAfter(lines, 41, 'zh')).toContain('上半场。');
    const half: Said[] = [...lines, [100, '半场结束。'], [200, '比赛继续。']];
    expect(factsAfter(half, 201, 'zh')).toContain('下半场。');
  });

  it.each([
    ['Red score! Into the bottom corner!', 'goal'],
    ['Shot by Red, and the keeper throws it out.', 'shot'],
    ['Tackle by Red, who play it wide on the right.', 'tackle'],
    ['Corner for Red.', 'corner'],
    ['Throw-in for Red.', 'throw in'],
  ])('is not the last event: %s', (text, event) => {
    expect(factsAfter([[5, text]], 6)).toContain(`Last event: ${event} (Red), 1 s ago.`);
  });

  it('keeps a goal from no one: the whole score is remembered after the next kick-off', () => {
    const lines: Said[] = [
      [2, 'Kick-off for Red.'],
      [40, 'Red lead two nil.'],
      [60, "It's all over the place at the back for Blue!"],
      [90, 'Blue kick off again.'],
    ];
    expect(factsAfter(lines, 91)).toContain('Score: Red 2–0.');
  });
});

describe('the minute', () => {
  it('does not go back while a line waits', () => {
    expect(factsAfter([[43.2, 'We are in the 73rd minute.']], 41.5)).toContain('Minute 73.');
  });
});

describe('with a roster', () => {
  it.each([
    'Goal! The keeper in yellow-green is beaten.',
    'Prado scores, the keeper in yellow-green had no chance.',
    'The referee in black shows a yellow card.',
    'The penalty flies into the sky!',
    'The yellow-green keeper is beaten, goal!',
  ])('who stands about in colours is no side: %s', async (text) => {
    const roster = readRoster(new URL('../../samples/roster.yaml', import.meta.url).pathname);
    const match = await openMatch({ lang: 'en', strictNames: true }, roster);
    const memory = createMemory(CONFIG, match);
    expect(memory.faultOf(text)).toBe(null);
    expect(memory.faultOf('Green score!')).toMatchObject({ certain: true });
  });
});
