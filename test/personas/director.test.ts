import { describe, expect, it } from 'vitest';
import type { Cue } from '../../src/media/cue.js';
import { Director, languageOf } from '../../src/personas/director.js';
import { loadPersona } from '../../src/personas/load-persona.js';
import { cue } from '../speech/fakes.js';
import { fc } from '../support/fc.js';

const OPTIONS = { wordsPerMinute: 180, reasoning: false, event: {} };
const context = { lang: 'en', roster: [], seconds: null };
const at = (end: number, sceneCut = false) => ({ end, sceneCut });

describe('a director of one voice', () => {
  it('fills in what is known, in the language of the commentary', () => {
    const director = new Director(loadPersona('play-by-play'), {
      ...OPTIONS,
      event: { competition: 'the Canal Cup', teams: 'Red and Blue' },
    });
    const english = director.direct({ ...context, seconds: 2.5 }, at(4));
    expect(english).toMatchObject({ speaker: null, reasoning: false });
    expect(english.instructions).toContain(
      'You speak English.\nThe competition is the Canal Cup. Red and Blue meet.\nSay',
    );
    expect(english.instructions).toContain('Sound lively and plain.');
    expect(english.instructions.endsWith('There are 2.5 seconds for the line: at most 7 words.')).toBe(true);
    expect(english.instructions).not.toMatch(/[{}]|House style|venue/);

    const chinese = director.direct({ ...context, lang: 'zh', seconds: 2.5 }, at(4)).instructions;
    expect(chinese).toContain('用中文解说');
    expect(chinese).toContain('语气活泼、平实。');
    expect(chinese).toContain('最多11个字');
  });

  it('uses the English instructions for a language that has none, and asks for the language', () => {
    const { instructions } = new Director(loadPersona('nature-narrator'), OPTIONS).direct(
      { ...context, lang: 'pt-BR' },
      at(0),
    );
    expect(instructions).toContain('You speak Brazilian Portuguese.');
    expect(languageOf({ en: '', zh: '' }, 'zh-CN')).toBe('zh');
  });

  it('keeps the instructions as they are from look to look, so that a server can cache them', () => {
    const director = new Director(loadPersona('audio-description'), OPTIONS);
    const before = director.direct(context, at(0)).instructions;
    director.note(cue(0, { text: 'A dog runs.' }));
    expect(director.direct(context, at(9)).instructions).toBe(before);
  });

  it('asks for reasoning where the persona or the configuration wants it', () => {
    const wanted = (name: string, reasoning: boolean) =>
      new Director(loadPersona(name), { ...OPTIONS, reasoning }).direct(context, at(0)).reasoning;
    expect([
      wanted('play-by-play', false),
      wanted('colour-analyst', false),
      wanted('play-by-play', true),
    ]).toEqual([false, true, true]);
  });
});

describe('a director of a duo', () => {
  const alex = (seq: number, end: number, importance = 0.3) =>
    cue(seq, { start: end - 2, end, importance, speaker: 'Alex', text: `Alex says ${seq}.` });
  const sam = (seq: number, end: number, importance = 0.3) =>
    cue(seq, { start: end - 2, end, importance, speaker: 'Sam', text: `Sam says ${seq}.` });

  it('gives the analyst the word in a calm spell, and tells it what was just said', () => {
    const director = new Director(loadPersona('duo'), OPTIONS);
    expect(director.direct(context, at(1)).speaker).toBe('Alex');
    director.note(alex(0, 3));
    expect(director.direct(context, at(4)).speaker).toBe('Alex');
    const handed = director.direct(context, at(5.5));
    expect(handed).toMatchObject({ speaker: 'Sam', reasoning: true });
    expect(handed.instructions).toContain('You are the colour analyst');
    expect(handed.instructions).toContain('You are Sam. Beside you sits Alex;');
    expect(handed.instructions).toContain('Alex has just said: "Alex says 0." Take it up');
    director.note(sam(1, 8));
    director.note(sam(2, 11));
    const back = director.direct(context, at(9));
    expect(back.speaker).toBe('Alex');
    expect(back.instructions).toContain('Sam has just said: "Sam says 2."');
  });

  it('leaves the sentence out where the other has said nothing yet', () => {
    const { instructions } = new Director(loadPersona('duo'), OPTIONS).direct(context, at(0));
    expect(instructions).toContain('You are Alex.');
    expect(instructions).not.toContain('just said');
  });

  it('takes back what a withdrawn line did, and takes a cut line once', () => {
    const director = new Director(loadPersona('duo'), OPTIONS);
    const line = alex(0, 3);
    director.note({ ...line, final: false });
    director.note(line);
    director.note({ ...line, end: 2 });
    expect(director.direct(context, at(4.5)).speaker).toBe('Sam');

    const other = new Director(loadPersona('duo'), OPTIONS);
    other.note(alex(0, 3));
    other.note(alex(1, 9));
    other.note({ ...alex(1, 9), end: alex(1, 9).start });
    expect(other.direct(context, at(5.5)).speaker).toBe('Sam');
  });

  const duo = loadPersona('duo');
  /** Who speaks at `end` after a director has heard these forms. */
  const nextAfter = (forms: readonly Cue[], end: number) => {
    const director = new Director(duo, OPTIONS);
    for (const form of forms) director.note(form);
    return director.direct(context, at(end)).speaker;
  };
  const withdrawn = (line: Cue): Cue => ({ ...line, end: line.start });

  it('counts no line that one after the next has cut, and none that was withdrawn before it', () => {
    const [a, b, c, d] = [alex(0, 3), alex(1, 5.1), alex(2, 5), alex(3, 7.1)];
    const cut = { ...a, end: 2 };
    expect(nextAfter([a, c], 5)).toBe('Alex');
    expect(nextAfter([a, b, cut, withdrawn(b), c], 5)).toBe('Alex');
    // Cut again, closer, where a goal comes right after.
    expect(nextAfter([a, b, cut, withdrawn(b), c, { ...cut, end: 1.5 }, withdrawn(c), d], 7)).toBe('Alex');
    expect(nextAfter([a, b, alex(2, 7.2), alex(3, 9.3)], 9)).toBe('Sam');
  });

  it('takes up what was said, not what was withdrawn', () => {
    const director = new Director(loadPersona('duo'), OPTIONS);
    const [said, lost] = [alex(0, 3), alex(1, 5.1)];
    for (const form of [said, lost, withdrawn(lost)]) director.note(form);
    const { speaker, instructions } = director.direct(context, at(6));
    expect(speaker).toBe('Sam');
    expect(instructions).toContain('Alex has just said: "Alex says 0."');
  });

  it('lets a cut of what was said before the hand-over change nothing but the time', () => {
    const director = new Director(loadPersona('duo'), OPTIONS);
    const lines = Array.from({ length: 8 }, (_, seq) => alex(seq, 2 * seq + 3, 0.8));
    for (const line of lines) director.note(line);
    const [last] = lines.slice(-1) as [Cue];
    expect(director.direct(context, at(17)).speaker).toBe('Sam');
    director.note({ ...last, end: 16.5 });
    expect(director.direct(context, at(18)).speaker).toBe('Sam');
  });

  it('ends up with what is left of the lines, however they were cut and withdrawn', () => {
    const newcomer = fc.record({
      first: fc.boolean(),
      importance: fc.double({ min: 0, max: 1, noNaN: true }),
      kept: fc.nat(3),
      cuts: fc.nat(2),
    });
    fc.assert(
      fc.property(fc.array(newcomer, { maxLength: 12 }), fc.nat(10), (all, later) => {
        const forms: Cue[] = [];
        let [left, ahead]: [readonly Cue[], readonly Cue[]] = [[], []];
        all.forEach(({ first, importance, kept, cuts }, seq) => {
          const line = (first ? alex : sam)(seq, 3 * seq + 2.5, importance);
          // Of those on screen or waiting for it, the first that give way are cut, perhaps once more, and the rest is withdrawn.
          const gone = ahead.slice(kept);
          const closer = gone.slice(0, cuts).map((cue) => ({ ...cue, end: (cue.start + cue.end) / 2 }));
          forms.push(...closer, ...gone.slice(cuts).map(withdrawn), line);
          left = [...left.slice(0, left.length - gone.length), ...closer, line];
          ahead = [...ahead.slice(0, kept), ...closer, line].slice(-4);
        });
        const end = 3 * all.length + later;
        expect(nextAfter(forms, end)).toBe(nextAfter(left, end));
      }),
    );
  });

  it('decides the same for the same commentary', () => {
    const told = () => {
      const director = new Director(loadPersona('duo'), OPTIONS);
      return Array.from({ length: 40 }, (_, second) => {
        const { speaker, instructions } = director.direct(context, at(second, second % 17 === 16));
        if (second % 3 === 0)
          director.note(
            cue(second, {
              start: second,
              end: second + 1.5,
              speaker,
              importance: second % 9 === 0 ? 0.8 : 0.3,
            }),
          );
        return `${speaker} ${instructions.length}`;
      });
    };
    expect(told()).toEqual(told());
    expect(new Set(told().map((line) => line.split(' ')[0]))).toEqual(new Set(['Alex', 'Sam']));
  });
});
