import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { makeTokenizer } from '../../../src/vlm/tokenizer.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url));
const families = readdirSync(FIXTURES).filter((name) => existsSync(`${FIXTURES}/${name}/tokenizer.json`));

describe.each(families)('the tokenizer of %s', (family) => {
  const read = (file: string): object => JSON.parse(readFileSync(`${FIXTURES}/${family}/${file}`, 'utf8'));
  const tokenizer = makeTokenizer('tokenizer.json', read('tokenizer.json'), read('tokenizer_config.json'));

  it.each(['goal', 'no goal', 'in goal! 2:1', '进球了'])('spells "%s" as its form allows', (text) => {
    const ids = tokenizer.encode(text);
    let state = tokenizer.forms.choices([text, 'else']).start(50);
    for (const id of ids) {
      const scores = new Float32Array(100_000);
      state.mask(scores, 50);
      expect(scores[id]).toBe(0);
      state = state.after(id);
    }
    expect(state.complete).toBe(true);
    expect(tokenizer.decode(ids)).toBe(text);
  });
});
