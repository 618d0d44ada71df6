// Capture to caption and to voice, live, on the bundled match at its own speed.
import { makeConfig, openBooth } from '../dist/index.js';
import { MATCH, ms } from './support.mjs';

export async function benchLive() {
  const booth = await openBooth({
    input: MATCH,
    mode: 'live',
    serve: true,
    config: makeConfig({ server: { port: 0 } }),
  });
  const looks = [];
  booth.ticks.subscribe((tick) => looks.push(tick.lookMs));
  try {
    await booth.run();
    const stats = booth.stats();
    const { captureToCaption: caption, captureToAudio: audio, voice, drops, cues, ticks } = stats;
    looks.sort((a, b) => a - b);
    const look = { p50: looks[Math.floor(looks.length * 0.5)], p95: looks[Math.floor(looks.length * 0.95)] };
    const show = (latency) => (latency ? `p50 ${ms(latency.p50)} · p95 ${ms(latency.p95)}` : 'none');
    const rows = [
      ['capture → caption', show(caption)],
      ['capture → voice', show(audio)],
      ['voice: spoken / cut / too late', `${voice.begun} / ${voice.cut} / ${voice.late}`],
      ['look of the model', show(look)],
      ['cues / ticks / dropped clips', `${cues} / ${ticks} / ${drops.overload + drops.inference}`],
    ];
    return {
      title: `live: ${booth.source.name}, ${booth.model.name} on ${booth.model.device}`,
      rows,
      numbers: { caption, audio, voice, look, cues, ticks, drops },
    };
  } finally {
    await booth.close();
  }
}
