import { describe, expect, it } from 'vitest';
import { videoText } from '../../../src/vlm/families/idefics3.js';
import { describeParity } from './golden.js';

/** One step of a byte: 1/255, over a standard deviation of 0.5. */
const PER_BYTE = 1 / 255 / 0.5;

describe('idefics3', () => describeParity('idefics3', PER_BYTE));

/**
 * The folder says that videos are scaled to one tile (`video_sampling.video_size`), but the reference puts `size` in its place, four tiles, and scales twice
 * (transformers 5.23, `models/smolvlm/video_processing_smolvlm.py`, `__init__`). The golden pixels are those, and Booth follows them.
 */
describe('smolvlm', () => describeParity('smolvlm', PER_BYTE));

describe('videoText', () => {
  it('tells the number of frames in words, the length, and the time of each frame', () => {
    expect(videoText(3, 1 / 61, '#')).toBe(
      'You are provided the following series of three frames from a 0:03:03 [H:MM:SS] video.\n\nFrame from 00:00:#\nFrame from 01:01:#\nFrame from 02:02:#\n\n',
    );
  });
});
