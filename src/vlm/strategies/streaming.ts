import { BoothError } from '../../errors.js';
import { Decoder } from '../decoding/decoder.js';
import { nextToken, withBiases } from '../decoding/next-token.js';
import type { AnswerSettings } from '../decoding/settings.js';
import type { StreamingModel } from '../model.js';
import type { Picture } from '../pixels.js';
import type { VisionBlock } from '../prompt.js';
import { promptHash } from '../prompt-hash.js';
import type { LookEvent, LookStats, PromptContext } from '../vlm.js';
import type { Strategy } from './strategy.js';
import { dueTicks, freshWindow, readOut, type Tick, visionParts, type Window, withTicks } from './window.js';

/** Everything a session remembers. A value: a look that fails or is cancelled leaves the one before in place. */
interface Stream {
  readonly lang: string;
  readonly current: Window;
  /** Takes over when the current window is full; read piece by piece after the looks before, so that no look waits for it. */
  readonly next: Window | undefined;
}

/** A clip, and what it costs to see it. */
interface Sight {
  readonly seen: VisionBlock;
  readonly visionMs: number;
}

/**
 * The `streaming` strategy, for models trained to watch: a prefix (system sentence, the lines said before), then
 * one vision block per clip, each followed by the line that was said to it, or by nothing. The logits after a block
 * decide between silence and a line. When the window is full, one that holds its last clips takes its place.
 */
export class StreamingSession implements Strategy {
  readonly #model: StreamingModel;
  readonly #decoder: Decoder;
  #stream: Stream | undefined;

  constructor(model: StreamingModel, settings?: AnswerSettings) {
    this.#model = model;
    this.#decoder = new Decoder(model, settings);
  }

  async *look(
    pictures: readonly Picture[],
    prompt: PromptContext,
    cancelled: () => boolean,
  ): AsyncGenerator<LookEvent, void> {
    try {
      const started = performance.now();
      const seen = await this.#model.see(pictures, cancelled);
      if (cancelled()) return;
      yield* this.#answer({ seen, visionMs: performance.now() - started }, prompt, cancelled);
      if (!cancelled()) await this.#prepareNext(prompt.recent);
    } catch (error) {
      // A run that was ended on its way leaves what was read before.
      if (cancelled()) return;
      // A cache that overflowed, or that holds something broken, must not fail every look to come.
      this.#stream = undefined;
      throw error;
    }
  }

  async *#answer(
    { seen, visionMs }: Sight,
    prompt: PromptContext,
    cancelled: () => boolean,
  ): AsyncGenerator<LookEvent, void> {
    const model = this.#model;
    const { manifest, endOfText } = model.folder;
    const { silence, endOfLine } = manifest.tokens;
    const lang = this.#language(prompt.lang);
    const { current, next } = this.#opening(lang, prompt.recent);
    const cited = { prompt: promptHash(current.prefix) };

    const prefillStarted = performance.now();
    const unread = [...current.unread, ...visionParts(model, seen)];
    const read = await model.extend(current.context, unread, cancelled);
    const { logits } = read;
    let { context } = read;
    const decodeStarted = performance.now();
    const stats = (tokens: number): LookStats => ({
      visionMs,
      prefillMs: decodeStarted - prefillStarted,
      decodeMs: performance.now() - decodeStarted,
      tokens,
      context: context.cache.length,
    });
    const keep = (ids: readonly number[], text: string, unread: readonly number[]) => {
      const ticks = [...current.ticks, { seen, ids, text }];
      this.#stream = {
        lang,
        current: { ...current, context, unread: [{ ids: unread }], ticks },
        next,
      };
    };
    if (cancelled()) return;

    // For a line's first token alone: it decides what the line is about, or that there is none.
    const openings = withBiases(logits, [
      { id: silence, by: manifest.silenceBias[lang] ?? 0 },
      ...(manifest.openingBias[lang] ?? []),
    ]);
    const decision = nextToken(openings);
    if (decision.id === silence) {
      keep([], '', []);
      yield { ...cited, kind: 'silence', confidence: decision.probability, stats: stats(0) };
      return;
    }

    const lines = current.ticks.flatMap(({ ids }) => ids);
    const answer = this.#decoder.answer({
      prompt: { logits: openings, context },
      ends: [endOfLine, ...endOfText],
      forbidden: [silence],
      seen: lines,
      before: [...model.tokenizer.encode(current.prefix), ...lines],
      said: prompt.recent,
      worn: prompt.worn,
      seconds: prompt.seconds,
      most: manifest.maxLineTokens,
      cancelled,
    });
    let step = await answer.next();
    for (; !step.done; step = await answer.next()) yield { ...cited, ...step.value };
    if (step.value === undefined) return;
    const { ids, text, confidence } = step.value;
    context = step.value.context;
    keep([...ids, endOfLine], text, [...step.value.unread, endOfLine]);
    // A line without a character is no line.
    if (text.trim() === '')
      yield { ...cited, kind: 'silence', confidence: decision.probability, stats: stats(ids.length) };
    else yield { ...cited, kind: 'end', text, confidence, stats: stats(ids.length) };
  }

  /** The window that the next block is appended to, and its successor. */
  #opening(lang: string, recent: readonly string[]): Pick<Stream, 'current' | 'next'> {
    const stream = this.#stream?.lang === lang ? this.#stream : undefined;
    if (stream === undefined)
      return { current: freshWindow(this.#model, this.#prefix(lang, recent, [])), next: undefined };
    const { maxTicks, keepTicks } = this.#model.folder.manifest.window;
    if (stream.current.ticks.length < maxTicks) return stream;
    const kept = stream.current.ticks.slice(maxTicks - keepTicks);
    const next = stream.next ?? freshWindow(this.#model, this.#prefix(lang, recent, kept));
    return { current: withTicks(this.#model, next, kept.slice(next.ticks.length)), next: undefined };
  }

  /** Reads the next window's share after the answer is given, so that changing windows costs no look more than another. */
  async #prepareNext(recent: readonly string[]): Promise<void> {
    const stream = this.#stream;
    if (stream === undefined) return;
    const { lang, current, next } = stream;
    const { window } = this.#model.folder.manifest;
    const [from, to] = dueTicks(window, current.ticks.length, next?.ticks.length ?? 0);
    const due = current.ticks.slice(from, to);
    if (due.length === 0) return;
    const begun = next ?? freshWindow(this.#model, this.#prefix(lang, recent, due));
    // The answer stands whatever happens here: the change of windows then reads what is missing, and meets the error itself.
    const longer = await readOut(this.#model, withTicks(this.#model, begun, due)).catch(() => undefined);
    this.#stream = { ...stream, next: longer };
  }

  /** The text before the first clip; lines that were said to one of `ticks` stand there already. */
  #prefix(lang: string, recent: readonly string[], ticks: readonly Tick[]): string {
    const { tokenizer, folder } = this.#model;
    const { system, prefix, memoryLines, memorySeparator } = folder.manifest.prompt;
    const said = recent.filter((line) => !ticks.some(({ text }) => text.trim() === line.trim()));
    const memory = memoryLines === 0 ? [] : said.slice(-memoryLines);
    const values = { system: system[lang] ?? '', memory: tokenizer.plain(memory.join(memorySeparator)) };
    return prefix.replace(/\{(system|memory)\}/g, (_, name: keyof typeof values) => values[name]);
  }

  #language(lang: string): string {
    const { name, prompt } = this.#model.folder.manifest;
    const known = Object.keys(prompt.system);
    const match = known.find((own) => own === lang) ?? known.find((own) => own === lang.split('-')[0]);
    if (match !== undefined) return match;
    throw new BoothError(
      'CONFIG_INVALID',
      `${name} does not speak "${lang}": choose --lang ${known.join(' or ')}.`,
    );
  }
}
