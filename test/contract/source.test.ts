import { afterAll, beforeAll } from 'vitest';
import { DEFAULTS } from '../../src/config.js';
import { openSource } from '../../src/source/ffmpeg.js';
import { descendants, type MediaFolder, mediaFolder } from '../support/media.js';
import { sourceContract } from './source.js';

const PICTURE = { width: 48, height: 27, fps: 12 };
const leftOver = () => descendants('ff');

let media: MediaFolder;
beforeAll(async () => {
  media = await mediaFolder();
  await media.testVideo('contract.mp4', '160x90', 2, '-c:v', 'libx264', '-pix_fmt', 'yuv420p');
});
afterAll(() => media.dispose());

sourceContract('ffmpeg on a file', {
  ...PICTURE,
  open: () => openSource(media.path('contract.mp4'), PICTURE, DEFAULTS.source),
  leftOver,
});

sourceContract('ffmpeg on a generator, with stills', {
  ...PICTURE,
  open: () =>
    openSource('lavfi:testsrc2=size=64x48:rate=10:duration=2', PICTURE, {
      ...DEFAULTS.source,
      preview: true,
    }),
  leftOver,
});
