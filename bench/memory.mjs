// Resident memory over a long input: it must not grow.
import { makeConfig, openBooth } from '../dist/index.js';

const VIDEO_SECONDS = 1_200;

export async function benchMemory() {
  const input = `lavfi:testsrc2=size=640x360:rate=8:duration=${VIDEO_SECONDS}`;
  const booth = await openBooth({ input, mode: 'offline', config: makeConfig() });
  const samples = [];
  booth.ticks.subscribe(({ end }) => {
    if (samples.length < (end / VIDEO_SECONDS) * 20)
      samples.push({ at: end, mib: process.memoryUsage.rss() / 2 ** 20 });
  });
  try {
    await booth.run();
    const at = (share) => samples[Math.min(samples.length - 1, Math.floor(share * samples.length))].mib;
    const growth = at(1) / at(0.25) - 1;
    const rows = [
      [
        'resident at 5 / 25 / 50 / 100 %',
        `${[0.05, 0.25, 0.5, 1].map((share) => `${at(share).toFixed(0)}`).join(' / ')} MiB`,
      ],
      ['growth after the first quarter', `${(growth * 100).toFixed(1)} %`],
    ];
    return { title: `memory: ${VIDEO_SECONDS / 60} minutes of video`, rows, numbers: { growth, samples } };
  } finally {
    await booth.close();
  }
}
