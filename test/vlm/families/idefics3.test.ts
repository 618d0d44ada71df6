import { describe, expect, it } from 'vitest';
import { openFastRuntime } from '../../../src/onnx/native/fast.js';
import { videoText } from '../../../src/vlm/families/idefics3-text.js';
import { describeParity, goldenCases } from './golden.js';

/** One step of a byte: 1/255, over a standard deviation of 0.5. */
const PER_BYTE = 1 / 255 / 0.5;

describe('idefics3', () => describeParity('idefics3', PER_BYTE));

/**
 * Amended: the reference overwrites the size of videos with that of pictures where a folder names both, as all do (transformers 5.23,
 * `models/smolvlm/video_processing_smolvlm.py`, `__init__`), and so scales frames up to four tiles and down again, though its documentation says that videos
 * should not be upsampled (`model_doc/smolvlm.md`). The golden pixels are its own, made with `video_sampling.video_size` alone.
 */
describe('smolvlm', () => describeParity('smolvlm', PER_BYTE));

describe('smolvlm by the fast runtime', () =>
  describeParity('smolvlm', PER_BYTE, { open: openFastRuntime, cases: goldenCases('smolvlm').slice(-2) }));

describe('videoText', () => {
  it('tells the number of frames in words, the length, and the time of each frame', () => {
    expect(videoText(3, 1 / 61, '#')).toBe(
      'You are provided the following series of three frames from a 0:03:03 [H:MM:SS] video.\n\nFrame from 00:00:#\nFrame from 01:01:#\nFrame from 02:02:#\n\n',
    );
  });
});
