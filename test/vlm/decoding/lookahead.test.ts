import { describe, expect, it } from 'vitest';
import type { DecodeRequest } from '../../../src/vlm/decoding/decode.js';
import { upTo } from '../../../src/vlm/decoding/length.js';
import { lookUp, type Pace, paceAfter, START } from '../../../src/vlm/decoding/lookahead.js';
import { seededRandom } from '../../../src/vlm/decoding/random.js';
import { LINE } from '../../../src/vlm/strategies/answer-kinds.js';
import { fc } from '../../support/fc.js';
import { END, run, SCORED, saying, wanting } from './scripted.js';
import { byteLevel } from './vocabularies.js';

const ids = (text: string) => byteLevel.encode(text);

describe('what is looked up', () => {
  it.each([
    ['nothing where nothing agrees', [1, 2, 3, 4], 3, []],
    ['what followed the last token before', [1, 2, 3, 1], 3, [2, 3, 1]],
    ['what followed the last two tokens before', [1, 2, 3, 4, 5, 1, 2], 3, [3, 4, 5]],
    ['the place where more tokens agree', [7, 1, 2, 3, 8, 1, 2, 4, 7, 1, 2], 1, [3]],
    ['the latest of places that agree alike', [1, 2, 3, 9, 1, 2, 4, 9, 8, 1, 2], 2, [4, 9]],
    ['a loop, around', [5, 1, 2, 1, 2], 5, [1, 2, 1, 2, 1]],
    ['no more than wanted', [1, 2, 3, 4, 5, 1, 2], 0, []],
  ])('is %s', (_, before, most, expected) => {
    expect(lookUp(before, most)).toEqual(expected);
  });

  it('always followed the last token somewhere', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3), { maxLength: 30 }), fc.integer({ min: 1, max: 9 }), (text, most) => {
        const [guess] = lookUp(text, most);
        const followed = text.filter((_, at) => at > 0 && text[at - 1] === text.at(-1));
        if (guess === undefined) expect(followed).toEqual([]);
        else expect(followed).toContain(guess);
      }),
    );
  });
});

describe('the pace of guesses', () => {
  const paced = (fates: readonly (readonly [number, number])[]) =>
    fates.reduce<Pace>((pace, [guessed, right]) => paceAfter(pace, guessed, right), START);

  it('goes further where all came, and back where not', () => {
    const far = paced([
      [3, 3],
      [6, 6],
    ]);
    expect(far).toMatchObject({ reach: 12, rest: 0 });
    expect(paceAfter(far, 12, 5)).toMatchObject({ reach: 5, rest: 0 });
    expect(paceAfter(far, 12, 0).reach).toBe(START.reach);
  });

  it('rests the longer the more often nothing came, and not for ever', () => {
    const rests = [1, 2, 3, 10, 40].map((times) => paced(Array(times).fill([3, 0])).rest);
    expect(rests).toEqual([2, 4, 8, 32, 32]);
    expect(
      paced([
        [3, 0],
        [3, 0],
        [3, 1],
      ]).rest,
    ).toBe(0);
  });
});

/** A model without reason, the same for the same text: few tokens, so that it repeats itself often. */
const erratic =
  (seed: number, order: number, tokens: readonly number[]) =>
  (read: readonly number[]): Float32Array => {
    const random = seededRandom(
      seed,
      read.slice(-order).reduce((sum, id) => (sum * 31 + id) | 0, read.length < order ? 1 : 7),
    );
    const logits = new Float32Array(SCORED).fill(-20);
    for (const id of tokens) logits[id] = random() * 6;
    return logits;
  };

const requests: fc.Arbitrary<Partial<DecodeRequest>> = fc.record({
  length: fc
    .record({ wanted: fc.integer({ min: 1, max: 30 }), most: fc.integer({ min: 1, max: 60 }) })
    .map(({ wanted, most }) => ({ wanted, grace: wanted + 5, most })),
  sampling: fc.record({
    temperature: fc.constantFrom(0, 0, 0.7),
    topP: fc.constantFrom(1, 0.8),
    topK: fc.constantFrom(0, 2),
    repetitionPenalty: fc.constantFrom(1, 1, 1.3),
  }),
  stop: fc.constantFrom([], ['aa'], ['bcb', 'ab ']),
  before: fc.array(fc.constantFrom(...ids('abc '), END), { maxLength: 40 }),
});

describe('decoding with lookahead', () => {
  it('says what it says without, to the token, whatever the model, the rules and the text before', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(1000),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 16 }),
        requests,
        async (seed, order, lookahead, request) => {
          const script = erratic(seed, order, [
            ...ids('abc ').slice(0, 2 + (seed % 3)),
            ...ids('. '),
            ...(seed % 2 ? [END] : []),
          ]);
          const seeded = () => ({ ...request, random: seededRandom(seed) });
          const plain = await run(script, { ...seeded(), lookahead: 0 });
          const ahead = await run(script, { ...seeded(), lookahead });
          expect(ahead.decoded).toMatchObject({
            ...plain.decoded,
            context: { next: plain.decoded?.context.next },
          });
          expect(ahead.texts).toEqual(plain.texts);
          expect(ahead.runs.length).toBeLessThanOrEqual(plain.runs.length);
          expect(Math.max(0, ...ahead.runs)).toBeLessThanOrEqual(lookahead + 1);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('keeps to a form, to the byte', async () => {
    const constraint = byteLevel.forms.jsonSchema({
      type: 'object',
      properties: { a: { type: 'array', items: { type: 'integer' }, maxItems: 12 }, say: { type: 'string' } },
    });
    const form = {
      constraint,
      most: 60,
      line: (answer: string) => LINE.read({ text: answer, answer })?.text ?? '',
    };
    const wordy = (read: readonly number[]) => wanting(ids('1, 1, 1')[read.length % 3] ?? END, ids('"')[0]);
    const plain = await run(wordy, { form });
    const ahead = await run(wordy, { form, lookahead: 8, before: ids('[1, 1, 1, 1, 1, 1]') });
    expect(ahead.decoded?.ids).toEqual(plain.decoded?.ids);
    expect(() => JSON.parse(ahead.decoded?.answer ?? '')).not.toThrow();
    expect(ahead.runs.length).toBeLessThan(plain.runs.length);
  });

  it('takes few runs for what was said before, and none more for what is new', async () => {
    const line = 'The blues win the ball in midfield and play it forward at once. ';
    const known = await run(saying(line), { lookahead: 8, before: ids(`${line}${line}`) });
    expect(known.decoded?.text).toBe(line);
    expect(known.runs.length).toBeLessThan(known.decoded!.ids.length / 3);
    const fresh = await run(saying(line), { lookahead: 8, before: ids('xyz') });
    expect(fresh.runs.length).toBeLessThanOrEqual(fresh.decoded!.ids.length);
  });

  it('reads little in vain where the text before always misleads', async () => {
    const flipping = (read: readonly number[]) => wanting(ids('ab')[(read.length >> 1) % 2] ?? END);
    const { read, decoded } = await run((said) => (said.length < 100 ? flipping(said) : wanting(END)), {
      lookahead: 8,
      length: upTo(100),
      before: ids('aaaaaaaabbbbbbbb').flatMap((id) => [id, id, id]),
    });
    expect(read.length).toBeLessThan(decoded!.ids.length * 2);
  });

  it('guesses nothing beyond the end of a line, and nothing beyond the last token of all', async () => {
    const before = [...ids('ab ab ab'), END, ...ids('cd')];
    const ended = await run(saying('ab ab ab'), { lookahead: 16, before });
    expect(ended.read).not.toContain(END);
    const cut = await run(saying('ab ab ab'), { lookahead: 16, before, length: upTo(3) });
    expect(cut.read.length).toBeLessThan(3);
  });

  it('ends when it is cancelled, also between tokens that were read at once', async () => {
    for (let moment = 0; moment < 6; moment++) {
      let asked = 0;
      const cancelled = () => asked++ === moment;
      const { decoded } = await run(saying('ab ab ab ab ab'), {
        lookahead: 8,
        before: ids('ab ab ab ab'),
        cancelled,
      });
      expect(decoded).toBeUndefined();
    }
  });

  it('is not hurt by bad logits of a guess that is refused', async () => {
    const before = ids('goal by ann, goal by ann, ');
    const text = 'goal by bob';
    const known = ids(text);
    const script = (read: readonly number[]) =>
      read.every((id, at) => id === known[at])
        ? saying(text)(read)
        : new Float32Array(SCORED).fill(Number.NaN);
    const { decoded, read } = await run(script, { lookahead: 8, before });
    expect(decoded?.text).toBe(text);
    expect(read.length).toBeGreaterThan(decoded!.ids.length);
  });
});
