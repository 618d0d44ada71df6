import type { Cue } from '../../src/media/cue.js';
import { Sound } from '../../src/media/sound.js';
import { type Pcm, writeWav } from '../../src/media/wav.js';
import type { SoundStream } from '../../src/media/wav-stream.js';
import type { Speaker, SpeakOptions, Speech, Tts } from '../../src/speech/tts.js';
import { voiceLine } from '../../src/speech/voice.js';

export function cue(seq: number, changes: Partial<Cue> = {}): Cue {
  const start = changes.start ?? seq * 3;
  return {
    seq,
    id: `main-${seq}`,
    channel: 'main',
    start,
    end: start + 2,
    text: `line ${seq}`,
    lang: 'en',
    speaker: null,
    final: true,
    importance: 0.3,
    frames: [start],
    model: 'fake',
    prompt: '',
    reasoning: null,
    captureToCaptionMs: 100,
    dropped: 0,
    ...changes,
  };
}

/** A tone of a second for every ten characters. */
export class ToneTts implements Tts {
  readonly name = 'tone';
  readonly asked: string[] = [];
  /** Texts that this engine cannot say. */
  readonly broken = new Set<string>();

  voiceFor(lang: string): string | null {
    return lang === 'en' || lang === 'zh' ? 'sine' : null;
  }

  synthesise(text: string, lang: string, signal?: AbortSignal): Promise<Speech> {
    this.asked.push(text);
    return voiceLine(text, {
      engine: this.name,
      voice: this.voiceFor(lang),
      lang,
      signal,
      speak: async (line) => {
        if (this.broken.has(text)) throw new Error('out of tune');
        return tone(line.length / 10);
      },
    });
  }

  async close(): Promise<void> {}
}

/** An engine that takes no time to make `seconds` of sound. */
export function voiceOf(seconds: number): Tts {
  const speech = { wav: tone(seconds), sampleRateHz: 16_000, duration: seconds };
  return { name: 'steady', voiceFor: () => 'sine', synthesise: async () => speech, close: async () => {} };
}

/** An engine whose lines take no time to make and a second each to hear: for virtual time. */
export function secondLongTts(): Tts & { readonly asked: string[] } {
  const asked: string[] = [];
  const speech = { wav: tone(1), sampleRateHz: 16_000, duration: 1 };
  return {
    name: 'second',
    asked,
    voiceFor: () => 'sine',
    synthesise: (text) => {
      asked.push(text);
      return Promise.resolve(speech);
    },
    close: async () => {},
  };
}

const STREAM_RATE_HZ = 16_000;

/** An engine whose lines arrive as the test pushes them. */
export class StreamingTts extends ToneTts {
  readonly #lines = new Map<string, StreamedLine>();

  /** Asked for by its text. */
  line(text: string): StreamedLine {
    const line = this.#lines.get(text);
    if (line === undefined) throw new Error(`"${text}" has not been asked for`);
    return line;
  }

  async stream(text: string, _lang: string, signal = new AbortController().signal): Promise<SoundStream> {
    this.asked.push(text);
    const line = new StreamedLine(signal);
    this.#lines.set(text, line);
    return { sampleRateHz: STREAM_RATE_HZ, pcm: line.pcm };
  }
}

class StreamedLine {
  readonly signal: AbortSignal;
  readonly pcm: AsyncIterable<Uint8Array>;
  readonly #controller: ReadableStreamDefaultController<Uint8Array>;

  constructor(signal: AbortSignal) {
    let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
    this.pcm = new ReadableStream<Uint8Array>({
      start: (given) => {
        controller = given;
      },
    });
    this.#controller = controller as ReadableStreamDefaultController<Uint8Array>;
    this.signal = signal;
    signal.addEventListener('abort', () => this.fail(signal.reason));
  }

  /** So many seconds of sound arrive. */
  push(seconds: number): void {
    this.#controller.enqueue(new Uint8Array(2 * STREAM_RATE_HZ * seconds));
  }

  end(): void {
    this.#controller.close();
  }

  fail(reason: unknown): void {
    this.#controller.error(reason);
  }
}

/** A WAV file. */
export function tone(seconds: number, sampleRateHz?: number, hertz?: number, level?: number): Uint8Array {
  return writeWav(tonePcm(seconds, sampleRateHz, hertz, level));
}

export function toneSound(seconds: number, sampleRateHz?: number): Sound {
  return Sound.of(tonePcm(seconds, sampleRateHz));
}

function tonePcm(seconds: number, sampleRateHz = 16_000, hertz = 440, level = 0.3): Pcm {
  const samples = Int16Array.from({ length: Math.round(seconds * sampleRateHz) }, (_, index) =>
    Math.round(level * 32_767 * Math.sin((2 * Math.PI * hertz * index) / sampleRateHz)),
  );
  return { samples, sampleRateHz };
}

/** A loudspeaker whose lines end when the test says so. */
export class ManualSpeaker implements Speaker {
  readonly name = 'manual';
  readonly begun: string[] = [];
  readonly cut: string[] = [];
  #finish: ((outcome?: unknown) => void) | null = null;
  speaking = 0;
  /** Its lines never sound. */
  isSlow = false;

  /** Every line has taken two seconds. */
  speak(text: string, _lang: string, { signal, onSound }: SpeakOptions = {}): Promise<number> {
    this.begun.push(text);
    if (!this.isSlow) onSound?.();
    this.speaking += 1;
    if (this.speaking > 1) throw new Error('two lines at once');
    return new Promise((resolve, reject) => {
      this.#finish = (error) => {
        this.speaking -= 1;
        if (error) reject(error);
        else resolve(2);
      };
      signal?.addEventListener('abort', () => {
        this.speaking -= 1;
        this.cut.push(text);
        reject(signal.reason);
      });
    });
  }

  /** Ends the line that is being spoken. */
  async end(error?: unknown): Promise<void> {
    this.#finish?.(error);
    await settled();
  }

  async close(): Promise<void> {}
}

/** After every promise that is ready has been handled. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
