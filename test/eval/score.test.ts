import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JudgedCue } from '../../src/eval/cues.js';
import { readCues } from '../../src/eval/cues.js';
import { formatScores } from '../../src/eval/format.js';
import { scoreCues } from '../../src/eval/score.js';
import { readTruth, type Truth } from '../../src/eval/truth.js';
import { fc } from '../support/fc.js';

const truth = readTruth(readFileSync(new URL('truth.json', import.meta.url), 'utf8'));

const reference = (lang: string): JudgedCue[] => truth.lines.filter((line) => line.lang === lang);

const cue = (start: number, text: string, end = start + 2): JudgedCue => ({ start, end, text, lang: 'en' });

/** A minute with one goal by Blue at 10 s, shown again at 20–25 s, and one corner for Red at 40 s. */
const minute: Truth = {
  version: 1,
  duration: 60,
  teams: [{ name: 'Red' }, { name: 'Blue' }],
  events: [
    { id: 0, time: 10, type: 'goal', team: 'Blue', score: { home: 0, away: 1 } },
    { id: 1, time: 40, type: 'corner', team: 'Red' },
  ],
  score: [
    { time: 0, home: 0, away: 0 },
    { time: 11, home: 0, away: 1 },
  ],
  possession: [{ start: 28, end: 30, team: 'Red' }],
  shots: [
    { start: 0, end: 20, kind: 'main' },
    { start: 20, end: 25, kind: 'replay' },
    { start: 25, end: 60, kind: 'main' },
  ],
  lines: [
    { start: 10.5, end: 12.5, text: 'Goal! Blue lead one nil!', lang: 'en', events: [0] },
    { start: 40.5, end: 42.5, text: 'Corner to Red.', lang: 'en', events: [1] },
  ],
};

describe('scoreCues', () => {
  it.each(['en', 'zh'])('finds the reference perfect against itself in %s', (lang) => {
    const scores = scoreCues(truth, reference(lang), lang);
    expect(scores).toMatchObject({
      events: { precision: 1, recall: 1, f1: 1 },
      teamRight: 1,
      scoreRight: 1,
      possessionRight: 1,
      inventedPerMinute: 0,
      replaysCalledAsNew: 0,
      timeDiff: 0,
      talkF1: 1,
      talkMeanIou: 1,
      repeatRate: 0,
    });
    expect(scores.gaps.mean).toBeGreaterThan(1);
  });

  it('counts a call of the wrong team as a miss of the event, not as an invention', () => {
    const scores = scoreCues(minute, [cue(10.5, 'Goal! Red lead one nil!'), cue(40.6, 'Corner to Red.')]);
    expect(scores.byType.goal).toMatchObject({ precision: 0, recall: 0, f1: 0 });
    expect(scores).toMatchObject({ teamRight: 0.5, inventedPerMinute: 0, scoreErrors: 1, scoreRight: 0 });
  });

  it('counts what never happened, per minute', () => {
    const scores = scoreCues(minute, [cue(30, 'Penalty! Foul by Blue.'), cue(50, 'Red shoot!')]);
    expect(scores.inventedPerMinute).toBe(2);
    expect(scores.events).toMatchObject({ claimed: 2, matched: 0, precision: 0, recall: 0 });
  });

  it('lets one claim account for one event only', () => {
    const scores = scoreCues(minute, [cue(10, 'Goal for Blue!', 11), cue(11, 'Goal for Blue!', 12)]);
    expect(scores.byType.goal).toMatchObject({
      happened: 1,
      claimed: 2,
      matched: 1,
      precision: 0.5,
      recall: 1,
    });
  });

  it('takes a call more than two seconds away for another event', () => {
    expect(scoreCues(minute, [cue(12, 'Goal for Blue!')]).byType.goal?.recall).toBe(1);
    expect(scoreCues(minute, [cue(12.1, 'Goal for Blue!')]).byType.goal?.recall).toBe(0);
  });

  it('notices a replay that is called as a new goal', () => {
    expect(scoreCues(minute, [cue(21, 'Goal! Blue lead two nil!')]).replaysCalledAsNew).toBe(1);
    expect(scoreCues(minute, [cue(21, 'Another look at that goal.')]).replaysCalledAsNew).toBe(0);
  });

  it('takes a score for right from either side’s view, and while the board lags', () => {
    const rightAt = (time: number, text: string) => scoreCues(minute, [cue(time, text)]).scoreRight;
    expect(rightAt(30, 'Still one nil to Blue.')).toBe(1);
    expect(rightAt(30, 'Red trail one nil.')).toBe(1);
    expect(rightAt(30, 'Still one nil to Red.')).toBe(0);
    expect(rightAt(10.5, 'Still nil nil.')).toBe(1);
    expect(rightAt(11.5, 'Still nil nil.')).toBe(0);
    expect(rightAt(5, 'Blue lead one nil.')).toBe(0);
  });

  it('judges who is said to have the ball only near somebody who has it', () => {
    const rightAt = (time: number, text: string) => scoreCues(minute, [cue(time, text)]).possessionRight;
    expect(rightAt(29, 'Red keep the ball in midfield.')).toBe(1);
    expect(rightAt(31.4, 'Red keep the ball in midfield.')).toBe(1);
    expect(rightAt(29, 'Blue keep the ball in midfield.')).toBe(0);
    expect(rightAt(35, 'Blue keep the ball in midfield.')).toBeNull();
  });

  it('measures the distance in time from the reference, else from the event', () => {
    const cues = [cue(11.5, 'Goal! Blue lead one nil!'), cue(41, 'Corner to Red.')];
    expect(scoreCues(minute, cues).timeDiff).toBeCloseTo((1 + 0.5) / 2);
    expect(scoreCues({ ...minute, lines: [] }, cues).timeDiff).toBeCloseTo((1.5 + 1) / 2);
    expect(scoreCues({ ...minute, lines: [] }, cues).talkF1).toBeNull();
  });

  it('calls the same words a repeat unless they tell a new event', () => {
    const said = (text: string) =>
      scoreCues(minute, [cue(38.5, 'Corner to Red.', 39.5), cue(40, text)]).repeatRate;
    expect(said('Corner to Red.')).toBe(0);
    expect(said('A quiet spell, Red in possession.')).toBe(0);
    const idle = [cue(50, 'Blue keep the ball in midfield.'), cue(54, 'Blue keep the ball in midfield now.')];
    expect(scoreCues(minute, idle).repeatRate).toBe(0.5);
    expect(
      scoreCues({ ...minute, duration: 120 }, [idle[0]!, { ...idle[1]!, start: 81, end: 83 }]).repeatRate,
    ).toBe(0);
  });

  it('lets each event excuse one line, also events that are not judged otherwise', () => {
    const freeKicks = [20, 32].map((time, id) => ({ id, time, type: 'free_kick', team: 'Red' }));
    const cues = [20.5, 32.5].map((start) => cue(start, 'Free kick for Red, no rush.'));
    const rate = (events: Truth['events']) => scoreCues({ ...minute, events }, cues).repeatRate;
    expect(rate(freeKicks)).toBe(0);
    expect(rate(freeKicks.slice(0, 1))).toBe(0.5);
  });

  it('scores one language at a time and refuses one that is not there', () => {
    const both = [...reference('en'), ...reference('zh')].sort((a, b) => a.start - b.start);
    expect(scoreCues(truth, both, 'zh')).toEqual(scoreCues(truth, reference('zh'), 'zh'));
    expect(() => scoreCues(truth, both, 'fr')).toThrow(TypeError);
  });

  it('scores silence: nothing claimed, nothing invented, everything missed', () => {
    const scores = scoreCues(truth, [], 'en');
    expect(scores.events).toMatchObject({ precision: null, recall: 0, f1: 0 });
    expect(scores).toMatchObject({
      inventedPerMinute: 0,
      talkDensity: 0,
      repeatRate: null,
      wordsPerSecond: null,
      chrf: 0,
      linesAnswered: 0,
    });
  });

  it('keeps every share between 0 and 1, whatever the cues and their order', () => {
    const anyCue = fc
      .record({
        start: fc.double({ min: 0, max: 59, noNaN: true }),
        text: fc.constantFrom(...truth.lines.map(({ text }) => text)),
      })
      .map(({ start, text }) => cue(start, text));
    fc.assert(
      fc.property(fc.array(anyCue, { maxLength: 20 }), (cues) => {
        const scores = scoreCues(minute, cues, 'en');
        const shares = [
          scores.events.f1,
          scores.teamRight,
          scores.scoreRight,
          scores.talkF1,
          scores.talkMeanIou,
          scores.repeatRate,
        ];
        for (const share of shares) expect(share === null || (share >= 0 && share <= 1)).toBe(true);
        expect(scores.events.matched).toBeLessThanOrEqual(
          Math.min(scores.events.happened, scores.events.claimed),
        );
        const { events, inventedPerMinute, talkF1 } = scoreCues(
          minute,
          [...cues].sort((a, b) => a.start - b.start),
          'en',
        );
        expect({ events, inventedPerMinute, talkF1 }).toEqual({
          events: scores.events,
          inventedPerMinute: scores.inventedPerMinute,
          talkF1: scores.talkF1,
        });
      }),
      { numRuns: 60 },
    );
  });
});

describe('formatScores', () => {
  it('prints a row for each judged event and every measure, the same each time', () => {
    const table = formatScores(scoreCues(truth, reference('en')));
    expect(table).toBe(formatScores(scoreCues(truth, reference('en'))));
    expect(table).toMatch(/^goal +2 +2 +2 +1\.000 +1\.000 +1\.000$/m);
    expect(table).toMatch(/^events F1 +1\.000$/m);
    expect(table).not.toMatch(/NaN|undefined|null/);
  });

  it('prints a dash where there was nothing to judge', () => {
    expect(formatScores(scoreCues(minute, []))).toMatch(/^repeat rate +–$/m);
  });
});

describe('readCues', () => {
  const line = (fields: object) =>
    JSON.stringify({
      id: 'main-0',
      start: 1,
      end: 2,
      text: 'Red shoot!',
      lang: 'en',
      final: true,
      ...fields,
    });

  it('takes the last form of each cue and leaves out partial and withdrawn ones', () => {
    const file = [
      line({ final: false, text: 'Red' }),
      line({}),
      line({ end: 1.5 }),
      line({ id: 'main-1', final: false }),
      line({ id: 'main-2', end: 1 }),
      '',
    ];
    expect(readCues(file.join('\n'))).toEqual([{ start: 1, end: 1.5, text: 'Red shoot!', lang: 'en' }]);
  });

  it('names the line that is no cue', () => {
    expect(() => readCues(`${line({})}\n{"start":"now"}`)).toThrow(/Line 2/);
    expect(() => readCues('WEBVTT')).toThrow(expect.objectContaining({ code: 'CAPTIONS_INVALID' }));
  });
});

describe('lines that overlap', () => {
  it('count once, up to the end of the video, and leave the silences that are there', () => {
    const lines = [
      cue(0, 'Red pass.', 10),
      cue(1, 'And again.', 2),
      cue(11, 'Corner to Red.', 12),
      cue(58, 'Late.', 70),
    ];
    const { talkDensity, gaps } = scoreCues(minute, lines);
    expect(talkDensity).toBeCloseTo((10 + 1 + 2) / 60);
    expect(gaps.mean).toBeCloseTo((0 + 1 + 46) / 3);
  });
});

describe('readTruth', () => {
  it('may have its events in any order', () => {
    const { events, score, lines } = minute;
    const file = {
      ...minute,
      events: events.toReversed(),
      score: score.toReversed(),
      lines: lines.toReversed(),
    };
    expect(readTruth(JSON.stringify(file))).toMatchObject({ events, score, lines });
  });

  it('refuses a file that is no ground truth, naming the fault', () => {
    expect(() => readTruth('{')).toThrow(expect.objectContaining({ code: 'TRUTH_INVALID' }));
    expect(() => readTruth('{"version":2}')).toThrow(/version/);
  });
});
