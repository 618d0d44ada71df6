import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CUE_KEYS, cueSchema } from '../../src/media/cue-schema.js';

const page = readFileSync(new URL('../../docs/cue.md', import.meta.url), 'utf8');

describe('docs/cue.md', () => {
  it('documents every field of a cue, with its unit, in the order of the files', () => {
    const rows = [...page.matchAll(/^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|$/gm)];
    expect(rows.map(([, field]) => field)).toEqual(CUE_KEYS);
  });

  it('shows a valid cue', () => {
    const [, example] = /```json\n(.*)\n```/.exec(page) ?? [];
    expect(Object.keys(cueSchema.parse(JSON.parse(example ?? '')))).toEqual(CUE_KEYS);
  });
});
