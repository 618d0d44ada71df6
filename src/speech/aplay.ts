import { BoothError, messageOf } from '../errors.js';
import { endlessWavHeader, type SoundStream } from '../media/wav-stream.js';
import { RunFailure, run } from '../process.js';
import { noAudioDevice } from './say.js';
import type { Speaker, SpeakOptions, Tts } from './tts.js';

/** No line takes so long. */
const LONGEST_LINE_MS = 60_000;
const BYTES_PER_SAMPLE = 2;

/** The loudspeaker by ALSA: plays what a speech engine made, in any language that engine has. */
export class AplaySpeaker implements Speaker {
  readonly name: string;

  constructor(private readonly tts: Tts) {
    this.name = `${tts.name} + aplay`;
  }

  /** An engine that can is heard from its first sound on. */
  async speak(
    text: string,
    lang: string,
    { signal, speaker = null, onSound = () => {} }: SpeakOptions = {},
  ): Promise<number> {
    if (this.tts.stream !== undefined) {
      const sound = await this.tts.stream(text, lang, signal, speaker);
      let bytes = 0;
      const file = endlessFile(sound, (count) => {
        if (bytes === 0 && count > 0) onSound();
        bytes += count;
      });
      await play(file, LONGEST_LINE_MS, signal);
      return bytes / BYTES_PER_SAMPLE / sound.sampleRateHz;
    }
    const { wav, duration } = await this.tts.synthesise(text, lang, signal, speaker);
    onSound();
    await play(wav, duration * 1_000 + 5_000, signal);
    return duration;
  }

  close(): Promise<void> {
    return this.tts.close();
  }
}

async function* endlessFile(
  { sampleRateHz, pcm }: SoundStream,
  onBytes: (count: number) => void,
): AsyncGenerator<Uint8Array> {
  yield endlessWavHeader(sampleRateHz);
  for await (const piece of pcm) {
    onBytes(piece.length);
    yield piece;
  }
}

async function play(
  input: Uint8Array | AsyncIterable<Uint8Array>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await run('aplay', ['-q', '-'], { input, timeoutMs, ...(signal ? { signal } : {}) });
  } catch (thrown) {
    signal?.throwIfAborted();
    if (thrown instanceof BoothError) throw thrown;
    const noDevice = thrown instanceof RunFailure && /audio open error/.test(thrown.stderr);
    const why = noDevice ? noAudioDevice(thrown.stderr) : messageOf(thrown);
    throw new BoothError('SPEECH_FAILED', `The loudspeaker (aplay) failed: ${why}.`, { cause: thrown });
  }
}
