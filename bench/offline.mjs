// How much faster than real time a file is annotated.
import { makeConfig, openBooth } from '../dist/index.js';
import { MATCH, timed } from './support.mjs';

export async function benchOffline() {
  const booth = await openBooth({ input: MATCH, mode: 'offline', config: makeConfig() });
  try {
    let stats;
    const seconds = await timed(async () => {
      await booth.run();
      stats = booth.stats();
    });
    const realTimeFactor = stats.seconds / seconds;
    const rows = [
      ['speed', `${realTimeFactor.toFixed(1)} × real time`],
      ['time per tick', `${((seconds * 1_000) / stats.ticks).toFixed(1)} ms`],
    ];
    return {
      title: `offline: ${booth.source.name}`,
      rows,
      numbers: { realTimeFactor, msPerTick: (seconds * 1_000) / stats.ticks },
    };
  } finally {
    await booth.close();
  }
}
