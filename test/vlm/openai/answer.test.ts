import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Answer } from '../../../src/vlm/openai/answer.js';

function read(pieces: readonly string[]): { partials: string[]; line: string | null } {
  const answer = new Answer();
  const partials = pieces.map((piece) => answer.push(piece)).filter((text) => text !== '');
  return { partials, line: answer.end() };
}

describe('Answer', () => {
  it.each([
    [['{"say": "A go', 'al!"}'], ['A go', 'A goal!'], 'A goal!'],
    [['{"say"', ':null}'], [], null],
    [['{"say":"  "}'], ['  '], null],
    [['{"say":"<silence>"}'], ['<silence>'], null],
    [['{"why":"x \\"say\\": \\"no\\"","say":"Yes."}'], ['Yes.'], 'Yes.'],
    [['```json\n{"say":', '"Corner."}\n```'], ['Corner.'], 'Corner.'],
    [['A corner', ' kick.'], ['A corner', 'A corner kick.'], 'A corner kick.'],
    [['<sil', 'ence>'], [], null],
    [[' <Silence>\n'], [], null],
    [['<b>bold'], ['<b>bold'], '<b>bold'],
    [['<thi', 'nk>{"say":"no"} hm', '</think>\n', 'Offside.'], ['Offside.'], 'Offside.'],
    [['<think>never ', 'done'], [], null],
    [[], [], null],
    [['\n'], [], null],
  ])('reads %j', (pieces, partials, line) => {
    expect(read(pieces)).toEqual({ partials, line });
  });

  it.each([['{"say": "half'], ['{"say": 12}'], ['{say: "x"}'], ['{"say":"a"} {"say":"b"}'], ['{']])(
    'raises SyntaxError for %j',
    (text) => {
      expect(() => read([text])).toThrow(SyntaxError);
    },
  );

  it('raises RangeError for an answer without end', () => {
    expect(() => read(Array<string>(50).fill('so '.repeat(100)))).toThrow(RangeError);
  });

  it.each(['json', 'escaped', 'plain'])(
    'gives growing prefixes of any line, never half a character (%s)',
    (form) => {
      const line = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).map((text) => `x${text}x`);
      fc.assert(
        fc.property(line, fc.array(fc.nat({ max: 200 })), (said, cuts) => {
          const { partials, line } = read(cutAt(written(said, form), cuts));
          expect(line).toBe(said);
          for (const partial of partials) {
            expect(said.startsWith(partial)).toBe(true);
            expect(partial.isWellFormed()).toBe(true);
          }
        }),
      );
    },
  );
});

function written(said: string, form: string): string {
  if (form === 'plain') return said;
  const text = JSON.stringify({ say: said });
  if (form === 'json') return text;
  return text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Cuts between code units, so through surrogate pairs and escapes too. */
function cutAt(text: string, cuts: readonly number[]): string[] {
  const places = [0, ...cuts.filter((at) => at < text.length).sort((a, b) => a - b), text.length];
  return places.slice(1).map((end, i) => text.slice(places[i], end));
}
