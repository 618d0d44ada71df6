import { describe } from 'vitest';
import { describeParity } from './golden.js';

/** One step of a byte: 1/255, over the smallest of CLIP's standard deviations. */
const PER_BYTE = 1 / 255 / 0.26130258;

describe('llava', () => describeParity('llava', PER_BYTE));
