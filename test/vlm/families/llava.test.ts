import { mkdtempSync, rmSync } from 'node:fs';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { openFastRuntime } from '../../../src/onnx/native/fast.js';
import { describeParity, fixture, goldenCases } from './golden.js';

/** One step of a byte: 1/255, over the smallest of CLIP's standard deviations. */
const PER_BYTE = 1 / 255 / 0.26130258;

describe('llava', () => describeParity('llava', PER_BYTE));

/** Its decoder grows its cache, which the fast runtime cannot share with the graph. */
describe('llava by the fast runtime', () =>
  describeParity('llava', PER_BYTE, { open: openFastRuntime, cases: goldenCases('llava').slice(-2) }));

describe('llava_qwen2', () => describeParity('llava_qwen2', 1 / 255));

describe('llava_onevision', () => {
  const exact = goldenCases('llava_onevision').filter(({ plain }) => plain !== true);
  describeParity('llava_onevision', PER_BYTE, { cases: exact });
});

describe('llava_onevision as the hub has it, without image_newline', () => {
  const folder = mkdtempSync(join(tmpdir(), 'booth-onevision-'));
  const plain = goldenCases('llava_onevision').filter((golden) => golden.plain === true);
  beforeAll(async () => {
    await cp(fixture('llava_onevision'), folder, { recursive: true });
    const file = join(folder, 'processor_config.json');
    const { image_newline: _, ...others } = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify(others));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  describeParity('llava_onevision', PER_BYTE, { folder, cases: plain });
});
