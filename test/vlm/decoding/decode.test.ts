import { describe, expect, it } from 'vitest';
import { decode } from '../../../src/vlm/decoding/decode.js';
import { upTo } from '../../../src/vlm/decoding/length.js';
import { seededRandom } from '../../../src/vlm/decoding/random.js';
import { fc } from '../../support/fc.js';
import { contextOf, END, run, SCORED, saying, scripted, wanting } from './scripted.js';
import { byteLevel } from './vocabularies.js';

const TEXT = 'Goal for the blues! 进球了 ⚽ Two one.';

describe('the decoding loop', () => {
  it('says what the model says until it ends, each time the whole text so far', async () => {
    const { texts, decoded, read } = await run(saying(TEXT));
    expect(decoded).toMatchObject({ text: TEXT, answer: TEXT, endedBy: 'token', unread: [] });
    expect(texts.at(-1)).toBe(TEXT);
    expect(decoded?.ids).toEqual(byteLevel.encode(TEXT));
    expect(read).toEqual(decoded?.ids);
    expect(decoded?.context.next).toBe(read.length);
  });

  it('never shows half a character, and never takes one back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 12 }), async (text) => {
        const { texts, decoded } = await run(saying(byteLevel.plain(text)));
        for (const [at, shown] of texts.entries()) {
          expect(shown).not.toContain('\uFFFD');
          expect(shown.startsWith(texts[at - 1] ?? '')).toBe(true);
        }
        expect(decoded?.text).toBe(byteLevel.plain(text).normalize('NFC').replaceAll('\uFFFD', ''));
      }),
    );
  });

  it('does not read a last token for nothing, and says which was not read', async () => {
    const { decoded, read } = await run(saying(TEXT), { length: upTo(3) });
    expect(decoded?.ids).toEqual(byteLevel.encode(TEXT).slice(0, 3));
    expect(decoded).toMatchObject({ endedBy: 'length', unread: decoded?.ids.slice(2) });
    expect(read).toEqual(decoded?.ids.slice(0, 2));
  });

  it('never says a forbidden token', async () => {
    const [first = 0, second = 0] = byteLevel.encode('ab');
    const { decoded } = await run((read) => (read.length < 2 ? wanting(first, second) : wanting(END)), {
      forbidden: [first],
    });
    expect(decoded?.ids).toEqual([second, second]);
  });

  it('penalises what was said and asked before', async () => {
    const [a = 0, b = 0] = byteLevel.encode('ab');
    const sampling = { temperature: 0, topP: 1, topK: 0, repetitionPenalty: 4 };
    const script = (read: readonly number[]) => (read.length < 2 ? wanting(a, b) : wanting(END));
    expect((await run(script, { sampling })).decoded?.ids).toEqual([a, b]);
    expect((await run(script, { sampling, seen: [a] })).decoded?.ids).toEqual([b, a]);
  });

  it('draws the same line with the same seed, and another with another', async () => {
    const flat = (read: readonly number[]) => (read.length < 12 ? new Float32Array(SCORED) : wanting(END));
    const sampling = { temperature: 1, topP: 1, topK: 0, repetitionPenalty: 1 };
    const drawn = async (seed: number) =>
      (await run(flat, { sampling, random: seededRandom(seed) })).decoded?.ids;
    expect(await drawn(1)).toEqual(await drawn(1));
    expect(await drawn(1)).not.toEqual(await drawn(2));
  });

  it('returns nothing when it is cancelled, at whichever token', async () => {
    for (let moment = 0; moment < 5; moment++) {
      let asked = 0;
      const { decoded, texts } = await run(saying(TEXT), { cancelled: () => asked++ === moment });
      expect(decoded).toBeUndefined();
      expect(texts).toHaveLength(moment + 1);
    }
  });
});

describe('a stop string', () => {
  it.each([
    [['!'], 'Goal for the blues'],
    [['blues! 进'], 'Goal for the '],
    [['Goal'], ''],
    [['nowhere', 'Two', '⚽'], 'Goal for the blues! 进球了 '],
    [['nowhere'], TEXT],
  ])('%j ends the line before it', async (stop, expected) => {
    const { texts, decoded } = await run(saying(TEXT), { stop });
    expect(decoded?.text).toBe(expected);
    expect(decoded?.endedBy).toBe(expected === TEXT ? 'token' : 'stop');
    for (const text of texts) expect(expected.startsWith(text)).toBe(true);
  });

  it('cuts where the first that is whole begins, wherever the tokens part, and nothing of it is ever shown', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom('a', 'b', ' ', '球'), maxLength: 20 }),
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', ' ', '球'), minLength: 1, maxLength: 4 }), {
          minLength: 1,
          maxLength: 3,
        }),
        async (text, stop) => {
          const { texts, decoded } = await run(saying(text), { stop });
          const whole = Array.from(text, (_, end) => text.slice(0, end + 1)).find((read) =>
            stop.some((each) => read.endsWith(each)),
          );
          const cut = Math.min(
            ...stop.filter((each) => whole?.endsWith(each)).map((each) => (whole?.length ?? 0) - each.length),
            text.length,
          );
          expect(decoded?.text).toBe(text.slice(0, cut));
          for (const shown of texts) expect(text.slice(0, cut).startsWith(shown)).toBe(true);
        },
      ),
      { examples: [['球 球', ['球 球', ' ']]] },
    );
  });
});

describe('the length of a line', () => {
  const story = 'The reds go on and on and on. They shoot and shoot again and again and never score at all';
  const tokens = (text: string) => byteLevel.encode(text).length;

  it('is cut after a sentence once it is long enough', async () => {
    const first = tokens('The reds go on and on and on.');
    const length = { wanted: first - 4, grace: first + 10, most: 100 };
    const { decoded } = await run(saying(story), { length });
    expect(decoded).toMatchObject({ text: 'The reds go on and on and on.', endedBy: 'length' });
  });

  it('is cut after a word where no sentence ends in time', async () => {
    const length = { wanted: tokens('The reds go o'), grace: tokens('The reds go o'), most: 100 };
    const { decoded } = await run(saying(story), { length });
    expect(decoded?.text).toMatch(/^The reds go on( and)?$/);
  });

  it('is never longer than allowed, whatever that cuts', async () => {
    const { decoded } = await run(saying('gooooooooooooooooooooooal'), {
      length: { wanted: 2, grace: 3, most: 6 },
    });
    expect(decoded?.ids).toHaveLength(6);
  });
});

describe('bad logits', () => {
  it.each([
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['nothing possible', Number.NEGATIVE_INFINITY],
  ])(
    'of %s in the middle of a line raise INFERENCE_FAILED, and the context before stays as it was',
    async (_, value) => {
      let broken = true;
      const script = (read: readonly number[]) =>
        broken && read.length === 2 ? new Float32Array(SCORED).fill(value) : saying(TEXT)(read);
      await expect(run(script)).rejects.toMatchObject({ code: 'INFERENCE_FAILED', policy: 'skip' });
      broken = false;
      expect((await run(script)).decoded?.text).toBe(TEXT);
    },
  );

  it('that want an id without a token say nothing with it', async () => {
    const { decoded, texts } = await run((read) => (read.length < 2 ? wanting(SCORED - 1) : wanting(END)));
    expect(decoded).toMatchObject({ text: '', ids: [SCORED - 1, SCORED - 1], endedBy: 'token' });
    expect(texts).toEqual([]);
  });
});

describe('an answer with a form', () => {
  const form = (most = 100) => ({
    constraint: byteLevel.forms.jsonSchema({
      type: 'object',
      properties: { think: { type: 'string', maxLength: 40 }, say: { type: 'string' } },
    }),
    most,
    line: (answer: string) => /"say": ?"([^"]*)/.exec(answer)?.[1] ?? '',
  });
  const ANSWER = '{"think": "the blues shot", "say": "Goal for the blues. And it is a good one"}';

  it('shows only its line', async () => {
    const { texts, decoded } = await run(saying(ANSWER), { form: form() });
    expect(decoded).toMatchObject({
      answer: ANSWER,
      text: 'Goal for the blues. And it is a good one',
      endedBy: 'form',
    });
    for (const text of texts) expect(decoded?.text.startsWith(text)).toBe(true);
  });

  it('takes the shortest way to its end once the line is long enough', async () => {
    const wanted = byteLevel.encode('Goal for the blu').length;
    const { decoded } = await run(saying(ANSWER), {
      form: form(),
      length: { wanted, grace: 90, most: 100 },
    });
    expect(decoded?.text).toBe('Goal for the blues.');
    expect(JSON.parse(decoded!.answer)).toEqual({ think: 'the blues shot', say: 'Goal for the blues.' });
  });

  it('ends before a stop string, whole all the same', async () => {
    const { decoded, texts } = await run(saying(ANSWER), { form: form(), stop: ['. And'] });
    expect(decoded?.text).toBe('Goal for the blues');
    expect(texts.at(-1)).toBe('Goal for the blues');
    expect(() => JSON.parse(decoded!.answer)).not.toThrow();
  });

  it('is whole however few tokens it has, and refused where they are too few', async () => {
    const forever = saying('{"think": "on and on and on and on and on and on and on and on');
    for (const most of [30, 40, 60]) {
      const { decoded } = await run(forever, { form: form(most) });
      expect(Object.keys(JSON.parse(decoded!.answer))).toEqual(['think', 'say']);
      expect(decoded!.ids.length).toBeLessThanOrEqual(most);
    }
    await expect(run(forever, { form: form(3) })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});

describe('a context that is full', () => {
  it('raises what the model raises, in the middle of a line', async () => {
    const { model, prompt } = scripted(saying(TEXT));
    const full = new Error('full');
    const steps = decode(
      {
        ...model,
        extend: (context, parts) => (context.next < 2 ? model.extend(context, parts) : Promise.reject(full)),
      },
      {
        prompt: { ...prompt, context: contextOf(0) },
        ends: [END],
        forbidden: [],
        length: upTo(50),
        sampling: { temperature: 0, topP: 1, topK: 0, repetitionPenalty: 1 },
        random: seededRandom(0),
        seen: [],
        before: [],
        lookahead: 0,
        stop: [],
        cancelled: () => false,
      },
    );
    await expect(async () => {
      for await (const _ of steps);
    }).rejects.toBe(full);
  });
});
