import { describe, expect, it } from 'vitest';
import { Director, languageOf } from '../../src/personas/director.js';
import { loadPersona } from '../../src/personas/load-persona.js';
import { cue } from '../speech/fakes.js';

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
