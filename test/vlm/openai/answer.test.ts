import { describe, expect, it } from 'vitest';
import { Answer } from '../../../src/vlm/openai/answer.js';
import { fc } from '../../support/fc.js';

function read(pieces: readonly string[]): { partials: string[]; line: string | null } {
  const answer = new Answer();
  const partials = pieces.map((piece) => answer.push(piece)).filter((text) => text !== '');
  return { partials, line: answer.end().line };
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

describe('Answer in steps', () => {
  function readSteps(pieces: readonly string[]) {
    const answer = new Answer(true);
    const partials = pieces.map((piece) => answer.push(piece)).filter((text) => text !== '');
    return { partials, ...answer.end() };
  }
  const reasoning = { observe: 'A shot.', analyse: 'New.', reason: 'It counts.', conclude: 'What a shot!' };

  it('speaks the conclusion as it streams in, and keeps all four steps', () => {
    const text = JSON.stringify(reasoning);
    const at = text.indexOf('What') + 6;
    const pieces = [text.slice(0, 20), text.slice(20, at), text.slice(at)];
    expect(readSteps(pieces)).toEqual({
      partials: ['What a', 'What a shot!'],
      line: 'What a shot!',
      reasoning,
    });
  });

  it.each([
    ['plain labels', 'Observe: A shot.\nAnalyse: New.\nReason: It counts.\nConclude: What a shot!'],
    [
      'bold labels and American spelling',
      '**Observe:** A shot.\n\n**Analyze**: New.\n**Reason:** It counts.\n**Conclude:** What a shot!\n',
    ],
    [
      'numbered headings in a code block',
      '```\n1. Observe: A shot.\n2. Analyse: New.\n3. Reason: It counts.\n4. Conclude: What a shot!',
    ],
  ])('are read from %s where no schema holds the model', (_, text) => {
    const pieces = text.match(/[\s\S]{1,3}/g) ?? [];
    const { partials, line, reasoning: steps } = readSteps(pieces);
    expect({ line, steps }).toEqual({ line: 'What a shot!', steps: reasoning });
    for (const partial of partials) expect('What a shot!\n'.startsWith(partial.trimStart())).toBe(true);
  });

  it.each([
    [
      'a silence of the schema',
      JSON.stringify({ ...reasoning, conclude: null }),
      null,
      { ...reasoning, conclude: '' },
    ],
    [
      'a silence in words',
      'Observe: Grass.\nAnalyse: Same.\nReason: Nothing.\nConclude: <silence>',
      null,
      { observe: 'Grass.', analyse: 'Same.', reason: 'Nothing.', conclude: '' },
    ],
    [
      'steps that come to no conclusion',
      'Observe: Grass.\nAnalyse: Same.',
      null,
      { observe: 'Grass.', analyse: 'Same.', reason: '', conclude: '' },
    ],
    ['a line alone', 'Observers gasp: a goal!', 'Observers gasp: a goal!', null],
    ['a score alone', '2-1', '2-1', null],
    ['the schema without steps', '{"say":"Goal!"}', 'Goal!', null],
    ['a conclusion alone', '{"conclude":"Goal!"}', 'Goal!', null],
  ])('takes %s for what it is', (_, text, line, steps) => {
    const read = readSteps(text.match(/[\s\S]{1,4}/g) ?? []);
    expect(read.line).toBe(line);
    expect(read.reasoning).toEqual(steps);
  });

  it('lets the steps be longer than a line, but not endless', () => {
    const long = JSON.stringify({ ...reasoning, observe: 'so '.repeat(2_000) });
    expect(readSteps([long]).line).toBe('What a shot!');
    expect(() => readSteps(Array<string>(60).fill('so '.repeat(100)))).toThrow(RangeError);
  });
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
