import { BoothError } from '../../errors.js';
import type { Context, Model } from '../model.js';
import { nextToken, type TokenChoice } from '../next-token.js';
import type { Picture } from '../pixels.js';
import type { PromptPart, VisionBlock } from '../prompt.js';
import type { LookEvent, LookStats, PromptContext } from '../vlm.js';
import type { Strategy } from './strategy.js';

/** One look that stays in the context: what was seen, and the line that was said to it (no ids: silence). */
interface Tick {
  readonly seen: VisionBlock;
  readonly ids: readonly number[];
  readonly text: string;
}

/** Everything a session remembers. A value: a look that fails or is cancelled leaves the one before in place. */
interface Stream {
  readonly lang: string;
  readonly context: Context;
  /** Said, but not yet read back: read together with the next clip, which saves a run. */
  readonly pending: readonly number[];
  /** At most `window.maxTicks`, oldest first. */
  readonly ticks: readonly Tick[];
}

/** A clip, and what it costs to see it. */
interface Sight {
  readonly seen: VisionBlock;
  readonly visionMs: number;
}

/**
 * The `streaming` strategy, for models trained to watch: a prefix (system sentence, the lines said before), then
 * one vision block per clip, each followed by the line that was said to it, or by nothing. The logits after a block
 * decide between silence and a line. When the window is full, the context is built anew from its last clips.
 */
export class StreamingSession implements Strategy {
  readonly #model: Model;
  #stream: Stream | undefined;

  constructor(model: Model) {
    this.#model = model;
  }

  async *look(
    pictures: readonly Picture[],
    prompt: PromptContext,
    cancelled: () => boolean,
  ): AsyncGenerator<LookEvent, void> {
    try {
      const started = performance.now();
      const seen = await this.#model.see(pictures);
      if (cancelled()) return;
      yield* this.#answer({ seen, visionMs: performance.now() - started }, prompt, cancelled);
    } catch (error) {
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
    const { context: before, parts, ticks } = this.#opening(lang, prompt.recent);

    const prefillStarted = performance.now();
    let { logits, context } = await model.extend(before, [...parts, ...this.#block(seen)]);
    const decodeStarted = performance.now();
    const stats = (tokens: number): LookStats => ({
      visionMs,
      prefillMs: decodeStarted - prefillStarted,
      decodeMs: performance.now() - decodeStarted,
      tokens,
      context: context.cache.length,
    });
    const keep = (ids: readonly number[], text: string) => {
      this.#stream = { lang, context, pending: ids.slice(-1), ticks: [...ticks, { seen, ids, text }] };
    };
    if (cancelled()) return;

    const decision = nextToken(logits, { bias: { id: silence, by: manifest.silenceBias[lang] ?? 0 } });
    if (decision.id === silence) {
      keep([], '');
      yield { kind: 'silence', confidence: decision.probability, stats: stats(0) };
      return;
    }

    const said: TokenChoice[] = [];
    let text = '';
    while (said.length < manifest.maxLineTokens) {
      const choice = nextToken(logits, { forbidden: silence });
      if (choice.id === endOfLine || endOfText.includes(choice.id)) break;
      said.push(choice);
      ({ logits, context } = await model.extend(context, [{ ids: [choice.id] }]));
      if (cancelled()) return;
      const longer = model.tokenizer.decode(said.map(({ id }) => id));
      if (longer !== text) yield { kind: 'text', text: longer, confidence: confidence(said) };
      text = longer;
    }
    keep([...said.map(({ id }) => id), endOfLine], text);
    // A line without a character is no line.
    if (text.trim() === '')
      yield { kind: 'silence', confidence: decision.probability, stats: stats(said.length) };
    else yield { kind: 'end', text, confidence: confidence(said), stats: stats(said.length) };
  }

  /** Where the next block is appended, and what must be read before it. */
  #opening(
    lang: string,
    recent: readonly string[],
  ): { context: Context; parts: PromptPart[]; ticks: readonly Tick[] } {
    const stream = this.#stream?.lang === lang ? this.#stream : undefined;
    const { maxTicks, keepTicks } = this.#model.folder.manifest.window;
    if (stream !== undefined && stream.ticks.length < maxTicks)
      return { context: stream.context, parts: [{ ids: stream.pending }], ticks: stream.ticks };
    const kept = keepTicks === 0 ? [] : (stream?.ticks.slice(-keepTicks) ?? []);
    const replayed = kept.flatMap(({ seen, ids }) => [...this.#block(seen), { ids }]);
    const memory = recent.filter((line) => !kept.some(({ text }) => text.trim() === line.trim()));
    return {
      context: this.#model.empty,
      parts: [{ ids: this.#prefix(lang, memory) }, ...replayed],
      ticks: kept,
    };
  }

  #block(vision: VisionBlock): PromptPart[] {
    const { visionStart, visionEnd } = this.#model.folder.manifest.tokens;
    return [{ ids: [visionStart] }, { vision }, { ids: [visionEnd] }];
  }

  #prefix(lang: string, said: readonly string[]): number[] {
    const { tokenizer, folder } = this.#model;
    const { system, prefix, memoryLines, memorySeparator } = folder.manifest.prompt;
    const memory = memoryLines === 0 ? [] : said.slice(-memoryLines);
    const values = { system: system[lang] ?? '', memory: tokenizer.plain(memory.join(memorySeparator)) };
    return tokenizer.encode(
      prefix.replace(/\{(system|memory)\}/g, (_, name: keyof typeof values) => values[name]),
    );
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

/** Mean probability of the tokens said. */
function confidence(said: readonly TokenChoice[]): number {
  return said.reduce((sum, { probability }) => sum + probability, 0) / Math.max(1, said.length);
}
