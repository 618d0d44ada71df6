import { APIError } from 'openai';
import type { SpeechConfig } from '../config.js';
import { messageOf } from '../errors.js';
import { type Clock, systemClock } from '../media/time.js';
import { readWavStream, type SoundStream } from '../media/wav-stream.js';
import { type Account, openAccount, VARIABLES, type Variables } from '../openai/account.js';
import { passed, type StartTimer, systemTimer, Watch } from '../openai/watch.js';
import { deepMessage, quote, refusal, retryAfterMs } from '../openai/words.js';
import { type Cast, castIndex, speedOf } from './cast.js';
import { asWav, guarded, heard, rawRate } from './openai-sound.js';
import type { Speech, Tts } from './tts.js';
import { clamp, readyLine, voiceLine } from './voice.js';

/** A server for speech alone, where the chat is elsewhere; its key is never that of the chat. */
const OWN_VARIABLES: Variables = { url: 'OPENAI_SPEECH_BASE_URL', key: 'OPENAI_SPEECH_API_KEY' };

/** More than a minute of sound at 48 kHz. */
const LONGEST_BODY = 8 * 1024 * 1024;
/** What the service calls speed 1, about. */
const NATURAL_WORDS_PER_MINUTE = 160;

/** No line that is read as it comes takes so long. */
const LONGEST_LINE_MS = 60_000;
/** Tries of one line, all within its time limit, and the pause before the second; it doubles. */
const MOST_TRIES = 3;
const FIRST_PAUSE_MS = 300;

type Settings = Pick<SpeechConfig, 'wordsPerMinute' | 'timeoutMs' | 'endpointModel' | 'endpointVoices'> & {
  readonly cast?: Cast;
};

export interface OpenAiSpeechDeps {
  readonly environment?: NodeJS.ProcessEnv;
  readonly clock?: Clock;
  readonly startTimer?: StartTimer;
}

/**
 * The speech endpoint of OpenAI or of a server that speaks as it does. Sends nothing yet. Raises CONFIG_INVALID for an
 * address or a key that cannot be used.
 */
export function openOpenAiSpeech(settings: Settings, deps: OpenAiSpeechDeps = {}): Tts {
  const { environment = process.env, clock = systemClock, startTimer = systemTimer } = deps;
  const variables = environment[OWN_VARIABLES.url]?.trim() ? OWN_VARIABLES : VARIABLES;
  const account = openAccount('speech', environment, { variables, longestBody: LONGEST_BODY });
  return new OpenAiTts(account, variables, settings, { clock, startTimer });
}

class OpenAiTts implements Tts {
  readonly name = 'openai';
  readonly #account: Account;
  readonly #variables: Variables;
  readonly #settings: Settings;
  readonly #deps: Required<Omit<OpenAiSpeechDeps, 'environment'>>;
  readonly #closing = new AbortController();
  /** The server asked not to be asked before, milliseconds of the clock. */
  #heldUntil = Number.NEGATIVE_INFINITY;

  constructor(
    account: Account,
    variables: Variables,
    settings: Settings,
    deps: Required<Omit<OpenAiSpeechDeps, 'environment'>>,
  ) {
    this.#account = account;
    this.#variables = variables;
    this.#settings = settings;
    this.#deps = deps;
  }

  /** Its voices read any language that there is. */
  voiceFor(lang: string): string | null {
    return isLanguage(lang) ? this.#voiceOf(null) : null;
  }

  synthesise(
    text: string,
    lang: string,
    signal?: AbortSignal,
    speaker: string | null = null,
  ): Promise<Speech> {
    const speak = (line: string) => this.#speak(line, speaker, signal);
    return voiceLine(text, { ...this.#line(lang, signal), speak });
  }

  /** Ends the lines under way. */
  async close(): Promise<void> {
    this.#closing.abort();
  }

  async stream(
    text: string,
    lang: string,
    signal?: AbortSignal,
    speaker: string | null = null,
  ): Promise<SoundStream> {
    const { said, failed } = readyLine(text, this.#line(lang, signal));
    const watch = this.#watch(signal, LONGEST_LINE_MS);
    const fail = (thrown: unknown) => {
      watch.close();
      signal?.throwIfAborted();
      return failed(messageOf(this.#reason(thrown, watch)), thrown);
    };
    try {
      const response = await this.#answer(said, speaker, watch);
      const sound = await readWavStream(heard(response, watch, this.#broken), rawRate(response));
      if (sound === null) throw new Error('the engine gave no WAV file');
      return { ...sound, pcm: guarded(sound.pcm, fail, () => watch.close()) };
    } catch (thrown) {
      throw fail(thrown);
    }
  }

  async #speak(line: string, speaker: string | null, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const watch = this.#watch(signal, this.#settings.timeoutMs);
    try {
      const response = await this.#answer(line, speaker, watch);
      const bytes = new Uint8Array(await response.arrayBuffer().catch(this.#broken));
      watch.throwIfEnded();
      return asWav(bytes, rawRate(response));
    } catch (thrown) {
      throw this.#reason(thrown, watch);
    } finally {
      watch.close();
    }
  }

  #line(lang: string, signal: AbortSignal | undefined) {
    return { engine: `${this.name} (${this.#account.address})`, voice: this.voiceFor(lang), lang, signal };
  }

  #watch(signal: AbortSignal | undefined, longestMs: number): Watch {
    const patience = {
      stallTimeoutMs: this.#settings.timeoutMs,
      timeoutMs: longestMs,
      startTimer: this.#deps.startTimer,
    };
    return new Watch(patience, [signal, this.#closing.signal]);
  }

  /** The server's answer, whose sound is still to be read, after as many tries as it takes. */
  async #answer(line: string, speaker: string | null, watch: Watch): Promise<Response> {
    for (let tries = 1; ; tries += 1) {
      this.#throwIfHeld();
      try {
        return await this.#ask(line, speaker, watch);
      } catch (thrown) {
        watch.throwIfEnded();
        const pauseMs = this.#pauseAfter(thrown, tries);
        if (pauseMs === null) throw this.#failure(thrown);
        await passed(pauseMs, this.#deps.startTimer, [watch.signal]);
      }
    }
  }

  /** What to tell of a line that failed. */
  #reason(thrown: unknown, { ended }: Watch): unknown {
    if (ended !== 'stalled' && ended !== 'late') return thrown;
    const { timeoutMs } = this.#settings;
    return new Error(`it took longer than ${timeoutMs} ms; raise speech.timeoutMs, or use another voice`);
  }

  /** The line travels as a string of a JSON body and nowhere else. */
  #ask(line: string, speaker: string | null, watch: Watch): Promise<Response> {
    const { endpointModel } = this.#settings;
    const speed = clamp(speedOf(this.#settings, speaker) / NATURAL_WORDS_PER_MINUTE, 0.25, 4);
    return this.#account.client.audio.speech.create(
      {
        model: endpointModel,
        voice: this.#voiceOf(speaker),
        input: line,
        response_format: 'wav',
        // Some models refuse the field, so that who wants no other speed does not send it.
        ...(Math.abs(speed - 1) > 0.01 && { speed: Number(speed.toFixed(2)) }),
      },
      { signal: watch.signal },
    );
  }

  #voiceOf(speaker: string | null): string {
    const { endpointVoices, cast } = this.#settings;
    const [first = 'alloy'] = endpointVoices;
    return endpointVoices[castIndex(cast, speaker)] ?? first;
  }

  #throwIfHeld(): void {
    const ms = this.#heldUntil - this.#deps.clock.now();
    if (ms > 0) throw new Error(`it asked for a pause; nothing is sent to it for ${Math.ceil(ms / 1_000)} s`);
  }

  /** Milliseconds until the line is worth another try; `null` when it is not. A longer pause than a line has is kept for the next ones. */
  #pauseAfter(thrown: unknown, tries: number): number | null {
    if (!(thrown instanceof APIError) || thrown.status === undefined) return null;
    if (thrown.status !== 429 && thrown.status < 500) return null;
    const own = FIRST_PAUSE_MS * 2 ** (tries - 1);
    const pauseMs = retryAfterMs(thrown.headers, Date.now()) ?? own;
    if (tries < MOST_TRIES && pauseMs < this.#settings.timeoutMs) return pauseMs;
    if (thrown.status === 429) this.#heldUntil = this.#deps.clock.now() + pauseMs;
    return null;
  }

  readonly #broken = (thrown: unknown): never => {
    throw this.#failure(thrown);
  };

  /** Without the cause: a server's answer may hold the key. */
  #failure(thrown: unknown): Error {
    if (!(thrown instanceof APIError)) return new Error(quote(deepMessage(thrown), this.#account));
    const said = quote(refusal(thrown), this.#account) || 'it gave no reason';
    const { status } = thrown;
    if (status === undefined)
      return new Error(`${quote(deepMessage(thrown), this.#account)}; is ${this.#variables.url} right?`);
    const help =
      status === 401 || status === 403
        ? `; set ${this.#variables.key} to a key that may use it`
        : status === 404 || status === 400
          ? '; check speech.endpointModel, speech.endpointVoices and the address, which mostly ends with /v1'
          : '';
    return new Error(`${status}: ${said}${help}`);
  }
}

function isLanguage(tag: string): boolean {
  try {
    return new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' }).of(tag) !== undefined;
  } catch {
    return false;
  }
}
