import { BoothError, messageOf } from '../errors.js';
import { RunFailure, run } from '../process.js';
import { noAudioDevice } from './say.js';
import type { Speaker, Tts } from './tts.js';

/** The loudspeaker by ALSA: plays what a speech engine made, in any language that engine has. */
export class AplaySpeaker implements Speaker {
  readonly name: string;

  constructor(private readonly tts: Tts) {
    this.name = `${tts.name} + aplay`;
  }

  async speak(text: string, lang: string, signal?: AbortSignal, speaker?: string | null): Promise<number> {
    const { wav, duration } = await this.tts.synthesise(text, lang, signal, speaker);
    const timeoutMs = duration * 1_000 + 5_000;
    try {
      await run('aplay', ['-q', '-'], { input: wav, timeoutMs, ...(signal ? { signal } : {}) });
      return duration;
    } catch (thrown) {
      signal?.throwIfAborted();
      const noDevice = thrown instanceof RunFailure && /audio open error/.test(thrown.stderr);
      const why = noDevice ? noAudioDevice(thrown.stderr) : messageOf(thrown);
      throw new BoothError('SPEECH_FAILED', `The loudspeaker (aplay) failed: ${why}.`, { cause: thrown });
    }
  }

  close(): Promise<void> {
    return this.tts.close();
  }
}
