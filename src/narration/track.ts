import type { Utterance } from '../media/utterance.js';
import { pcmBytes } from '../media/wav.js';
import { BREATH, cutTo, fitInto, MIN_ROOM, reshape } from './fit.js';

/** The narration from 0 to the end of the programme: mono, 16 bits, little-endian, silence between the lines. */
export interface NarrationTrack {
  readonly sampleRateHz: number;
  /** Chunks of at most one second or one line. Pull it once. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

const DEFAULT_SAMPLE_RATE_HZ = 22_050;

/**
 * Lays each utterance at its cue's start. One that would run into the next, or past the end, is spoken up to
 * `MAX_TEMPO` faster, then cut with a fade: lines never overlap. Holds two utterances at a time.
 * @param utterances in the order of their cues; the first gives the track its sample rate
 * @param duration seconds of the programme
 */
export async function narrationTrack(
  utterances: Iterable<Utterance> | AsyncIterable<Utterance>,
  duration: number,
  signal?: AbortSignal,
): Promise<NarrationTrack> {
  const lines = pull(utterances);
  const first = await lines.next();
  const sampleRateHz = first.done ? DEFAULT_SAMPLE_RATE_HZ : first.value.sound.sampleRateHz;
  return {
    sampleRateHz,
    chunks: laidOut(first.done ? null : first.value, lines, sampleRateHz, duration, signal),
  };
}

async function* laidOut(
  first: Utterance | null,
  lines: AsyncGenerator<Utterance>,
  sampleRateHz: number,
  duration: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const length = Math.round(duration * sampleRateHz);
  let position = 0;
  try {
    for (let line = first; line !== null; ) {
      const next = await following(lines);
      const sound = await fitted(line, next?.cue.start ?? duration, sampleRateHz, signal);
      const start = Math.round(line.cue.start * sampleRateHz);
      if (sound !== null && start >= position && start < length) {
        yield* silence(start - position);
        const heard = sound.subarray(0, length - start);
        yield pcmBytes(heard);
        position = start + heard.length;
      }
      line = next;
    }
    yield* silence(length - position);
  } finally {
    await lines.return(undefined);
  }

  function* silence(samples: number): Generator<Uint8Array> {
    for (let left = samples; left > 0; left -= sampleRateHz) {
      yield new Uint8Array(2 * Math.min(left, sampleRateHz));
    }
  }
}

/** The samples of a line, made to end before `until`; `null` where there is no room or no sound. */
async function fitted(
  { cue, sound }: Utterance,
  until: number,
  sampleRateHz: number,
  signal: AbortSignal | undefined,
): Promise<Int16Array | null> {
  const room = until - cue.start - BREATH;
  if (sound.bytes === 0 || room < MIN_ROOM) return null;
  const { tempo } = fitInto(room, sound.seconds);
  return cutTo(room, await reshape(sound.pcm, sampleRateHz, tempo, signal)).samples;
}

async function* pull<Item>(items: Iterable<Item> | AsyncIterable<Item>): AsyncGenerator<Item> {
  yield* items;
}

async function following(lines: AsyncGenerator<Utterance>): Promise<Utterance | null> {
  const { done, value } = await lines.next();
  return done ? null : value;
}
