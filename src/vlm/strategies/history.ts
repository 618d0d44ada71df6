import { ChatTemplate, chatTemplateOf } from '../chat-template.js';
import { Decoder } from '../decoding/decoder.js';
import type { AnswerSettings } from '../decoding/settings.js';
import type { Model } from '../model.js';
import type { Picture } from '../pixels.js';
import { idsOf, type PromptPart, partsOf } from '../prompt.js';
import { promptHash } from '../prompt-hash.js';
import type { Context } from '../reading.js';
import type { LookEvent, LookStats, PromptContext } from '../vlm.js';
import { answerKind } from './answer-kinds.js';
import { historyMessages, historyText } from './history-prompt.js';
import type { Strategy } from './strategy.js';

/** The beginning of the prompt that looks have in common, as the model has read it. */
interface Opening {
  /** Of the whole text before the pictures of the last look. */
  readonly ids: readonly number[];
  /** How many of `ids` are read in `context`. */
  readonly read: number;
  readonly context: Context;
}

/**
 * The `history` strategy, for models that were not trained to watch a stream: each look is a conversation of its own, with the clip's frames afresh
 * and what was said before as text, through the folder's chat template. The model keeps silent by an agreed word.
 * What looks have in common before their pictures is read once.
 */
export class HistorySession implements Strategy {
  readonly #model: Model;
  readonly #template: ChatTemplate;
  readonly #decoder: Decoder;
  #opening: Opening | undefined;

  constructor(model: Model, settings?: AnswerSettings) {
    this.#model = model;
    this.#template = chatTemplateOf(model.folder);
    this.#decoder = new Decoder(model, settings);
  }

  async *look(
    pictures: readonly Picture[],
    prompt: PromptContext,
    cancelled: () => boolean,
  ): AsyncGenerator<LookEvent, void> {
    try {
      yield* this.#answer(pictures, prompt, cancelled);
    } catch (error) {
      // A run that was ended on its way leaves what was read before.
      if (cancelled()) return;
      // What was read may hold something broken: it must not fail every look to come.
      this.#opening = undefined;
      throw error;
    }
  }

  async *#answer(
    pictures: readonly Picture[],
    prompt: PromptContext,
    cancelled: () => boolean,
  ): AsyncGenerator<LookEvent, void> {
    const model = this.#model;
    const { family, folder, tokenizer } = model;
    const { input, maxLineTokens } = folder.manifest;

    const started = performance.now();
    const sight =
      pictures.length > 1 && family.video !== undefined
        ? family.video(pictures, { fps: input.fps })
        : family.images(pictures);
    const blocks = await model.encode(sight, cancelled);
    if (cancelled()) return;

    const prefillStarted = performance.now();
    const kind = answerKind(prompt, tokenizer.forms);
    const text = historyText(prompt, (said) => tokenizer.plain(said, [sight.placeholder]), kind.asks);
    const cited = { prompt: promptHash(`${text.system}\n${text.user}`) };
    const template =
      sight.chatTemplate === undefined
        ? this.#template
        : new ChatTemplate(sight.chatTemplate, folder.tokenizer.config);
    const rendered = template.render(historyMessages(text, sight, family.content));
    const parts = partsOf(rendered, sight, blocks, tokenizer);
    const { context: before, rest } = await this.#open(parts);
    if (cancelled()) return;
    const read = await model.extend(before, rest, cancelled);
    const decodeStarted = performance.now();
    if (cancelled()) return;

    const asked = idsOf(parts);
    const answer = this.#decoder.answer({
      prompt: read,
      ends: folder.endOfText,
      forbidden: [],
      // What stands for pictures is no word.
      seen: parts.flatMap((part) => ('ids' in part ? part.ids : [])),
      before: asked,
      said: prompt.recent,
      seconds: prompt.seconds,
      most: maxLineTokens,
      ...(kind.form && { form: kind.form }),
      cancelled,
    });
    let step = await answer.next();
    for (; !step.done; step = await answer.next()) {
      const shown = kind.shown(step.value.text);
      if (shown !== undefined) yield { ...cited, ...step.value, text: shown };
    }
    if (step.value === undefined) return;
    const { ids, confidence, context } = step.value;
    const stats: LookStats = {
      visionMs: prefillStarted - started,
      prefillMs: decodeStarted - prefillStarted,
      decodeMs: performance.now() - decodeStarted,
      tokens: ids.length,
      context: context.cache.length,
    };
    const said = kind.read(step.value);
    if (said === undefined) yield { ...cited, kind: 'silence', confidence, stats };
    else yield { ...cited, kind: 'end', ...said, confidence, stats };
  }

  /** The context after what this look has in common with those before, and what is to be read after it. */
  async #open(parts: readonly PromptPart[]): Promise<{ context: Context; rest: readonly PromptPart[] }> {
    const [first, ...others] = parts;
    if (first === undefined || !('ids' in first) || others.length === 0)
      return { context: this.#model.empty, rest: parts };
    const { ids } = first;
    const last = this.#opening;
    const common = last === undefined ? ids.length : commonLength(last.ids, ids);
    const opening =
      last !== undefined && common >= last.read ? { ...last, ids } : await this.#readOpening(ids, common);
    this.#opening = opening;
    const rest = ids.slice(opening.read);
    return { context: opening.context, rest: rest.length === 0 ? others : [{ ids: rest }, ...others] };
  }

  async #readOpening(ids: readonly number[], common: number): Promise<Opening> {
    const read = common === 0 ? ids.length : common;
    const { context } = await this.#model.extend(this.#model.empty, [{ ids: ids.slice(0, read) }]);
    return { ids, read, context };
  }
}

function commonLength(a: readonly number[], b: readonly number[]): number {
  const end = Math.min(a.length, b.length);
  for (let i = 0; i < end; i++) if (a[i] !== b[i]) return i;
  return end;
}
