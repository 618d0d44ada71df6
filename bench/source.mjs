// Frames a second through Booth's source, against plain ffmpeg that writes the same rawvideo to /dev/null.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULTS } from '../dist/config.js';
import { frameArguments } from '../dist/source/arguments.js';
import { openSource } from '../dist/source/ffmpeg.js';
import { execute, median, timed } from './support.mjs';

const SECONDS = 60;
const ROUNDS = 3;
const PICTURES = [
  { name: 'model pace, 224×128 at 4 fps', width: 224, height: 128, fps: 4 },
  { name: 'every frame, 448×252 at 30 fps', width: 448, height: 252, fps: 30 },
];

export async function benchSource() {
  const folder = await mkdtemp(join(tmpdir(), 'booth-bench-'));
  const clip = join(folder, 'clip.mp4');
  try {
    const test = `testsrc2=size=1920x1080:rate=30:duration=${SECONDS}`;
    await execute('ffmpeg', [
      '-v',
      'error',
      '-f',
      'lavfi',
      '-i',
      test,
      '-pix_fmt',
      'yuv420p',
      '-preset',
      'veryfast',
      clip,
    ]);
    const rows = [];
    const numbers = {};
    for (const { name, ...picture } of PICTURES) {
      const plain = [];
      const booth = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        plain.push(
          await timed(() =>
            execute('ffmpeg', ['-v', 'error', '-y', '-i', clip, ...frameArguments(picture), '/dev/null']),
          ),
        );
        booth.push(await timed(() => pull(clip, picture)));
      }
      const share = median(plain) / median(booth);
      const framesPerSecond = (SECONDS * 30) / median(booth);
      rows.push([
        name,
        `${framesPerSecond.toFixed(0)} input frames/s, ${(share * 100).toFixed(0)} % of plain ffmpeg`,
      ]);
      numbers[name] = { framesPerSecond, shareOfPlainFfmpeg: share };
    }
    return { title: `source: 1080p30 H.264, ${SECONDS} s, median of ${ROUNDS}`, rows, numbers };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function pull(clip, picture) {
  const source = await openSource(clip, picture, DEFAULTS.source);
  let frames = 0;
  for await (const _ of source.pull()) frames += 1;
  if (frames < SECONDS * picture.fps * 0.95) throw new Error(`only ${frames} frames came`);
}
