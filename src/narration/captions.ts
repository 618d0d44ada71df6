const TIME = String.raw`(?:\d+:)?\d\d:\d\d[.,]\d{3}`;
const TIMING = new RegExp(`^(${TIME})([ \\t]+-->[ \\t]+)(${TIME})`, 'gm');

/**
 * WebVTT or SubRip in which no cue goes on after `duration` seconds: ffmpeg would make the video longer than
 * its picture. Cues that begin later are left for ffmpeg to leave out.
 */
export function endWithin(captions: string, duration: number): string {
  return captions.replace(TIMING, (timing: string, start: string, arrow: string, end: string) =>
    secondsOf(start) < duration && secondsOf(end) > duration
      ? start + arrow + timestamp(duration, end.at(-4) ?? '.')
      : timing,
  );
}

function secondsOf(time: string): number {
  return time
    .replace(',', '.')
    .split(':')
    .reduce((seconds, part) => seconds * 60 + Number(part), 0);
}

function timestamp(seconds: number, decimalMark: string): string {
  const milliseconds = Math.floor(seconds * 1_000);
  const pad = (value: number, digits = 2) => String(Math.floor(value)).padStart(digits, '0');
  const clock = [milliseconds / 3_600_000, (milliseconds / 60_000) % 60, (milliseconds / 1_000) % 60];
  return `${clock.map((part) => pad(part)).join(':')}${decimalMark}${pad(milliseconds % 1_000, 3)}`;
}
