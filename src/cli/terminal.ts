import type { Cue } from '../media/cue.js';
import type { Recollection } from '../media/recollection.js';
import type { Percentiles, RunStats } from '../media/stats.js';
import { clockTime } from '../media/time.js';

/** `01:15  Goal! Red lead one nil.  [312 ms]` */
export function cueLine(cue: Cue): string {
  const mark = cue.importance >= 0.8 ? '★' : ' ';
  const latency = cue.captureToCaptionMs === null ? '' : `  [${Math.round(cue.captureToCaptionMs)} ms]`;
  const speaker = cue.speaker === null ? '' : `${cue.speaker}: `;
  return `${clockTime(cue.start)} ${mark} ${speaker}${cue.text}${latency}`;
}

/** What is remembered, indented under the line that changed it. */
export function memoryLines({ recent, facts, summary }: Recollection): string[] {
  const rows: [string, string][] = [
    ['remembers', recent.length === 1 ? 'the last line' : `the last ${recent.length} lines`],
    ['facts', facts.join(' ')],
    ['story', summary],
  ];
  return rows
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `        ${name.padEnd(10)} ${value}`);
}

/** The run in a few lines, for people. */
export function summary(stats: RunStats, realTimeFactor: number | null = null): string {
  const drops = Object.entries(stats.drops).filter(([, count]) => count > 0);
  const rows: [string, string][] = [
    ['video', `${clockTime(stats.seconds)} · ${stats.frames} frames${speed(realTimeFactor)}`],
    [
      'ticks',
      `${stats.ticks} · ${stats.silences} silent · ${stats.skips} skipped · ${stats.restarts} restarts`,
    ],
    ['cues', `${stats.cues} · talking ${Math.round(stats.talking * 100)} % of the time`],
    ['drops', drops.length === 0 ? 'none' : drops.map(([reason, count]) => `${reason} ${count}`).join(' · ')],
  ];
  if (stats.captureToCaption) rows.push(['capture → caption', latency(stats.captureToCaption)]);
  if (stats.captureToAudio) rows.push(['capture → voice', latency(stats.captureToAudio)]);
  const { begun, cut, late } = stats.voice;
  if (begun + late > 0)
    rows.push(['voice', `${begun} lines spoken, ${cut} cut short, ${late} too late to speak`]);
  return rows.map(([name, value]) => `  ${name.padEnd(18)} ${value}`).join('\n');
}

function latency({ p50, p95 }: Percentiles): string {
  return `p50 ${Math.round(p50)} ms · p95 ${Math.round(p95)} ms`;
}

function speed(realTimeFactor: number | null): string {
  return realTimeFactor === null ? '' : ` · ${realTimeFactor.toFixed(1)} × real time`;
}
