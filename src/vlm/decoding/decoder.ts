import { DEFAULTS } from '../../config.js';
import type { PartedLine } from '../../media/parted-line.js';
import type { LookEvent } from '../vlm.js';
import { type AnswerForm, type Decoded, type DecodeRequest, type DecodingModel, decode } from './decode.js';
import { lineLength } from './length.js';
import { otherWords } from './other-words.js';
import { seededRandom } from './random.js';
import { type AnswerSettings, answerSettings } from './settings.js';

/** What one look asks for, beside the settings of its stream. */
export interface Ask
  extends Pick<DecodeRequest, 'prompt' | 'ends' | 'forbidden' | 'seen' | 'before' | 'cancelled'> {
  /** Most tokens of a line that the model's makers allow; `decoding.maxTokens` goes before it. */
  readonly most: number;
  /** Seconds of speech that the line has; `null`: no limit. */
  readonly seconds: number | null;
  /** The form of the answer, where it is more than a line of up to so many tokens. */
  readonly form?: (most: number) => AnswerForm;
  /** Lines said before, on which the tokens of a word are measured. */
  readonly said: readonly string[];
  /** Lines said a moment ago; one that begins alike goes on in other words. */
  readonly worn?: readonly PartedLine[];
}

type TextEvent = Extract<LookEvent, { kind: 'text' }>;

/** Greedy, and nothing else: what the defaults of the configuration are. */
const STANDARD = answerSettings(DEFAULTS);

/** Decodes the answers of one stream by its settings; the same looks with the same seed give the same answers. */
export class Decoder {
  readonly #model: DecodingModel;
  readonly #settings: AnswerSettings;
  /** Answers given: a look that is cancelled or fails leaves the random numbers of the next as they were. */
  #given = 0;

  constructor(model: DecodingModel, settings: AnswerSettings = STANDARD) {
    this.#model = model;
    this.#settings = settings;
  }

  /** See `decode`. */
  async *answer({
    most,
    seconds,
    said,
    form,
    worn,
    ...ask
  }: Ask): AsyncGenerator<TextEvent, Decoded | undefined> {
    const { maxTokens, wordsPerSecond, stop, seed, lookahead } = this.#settings;
    const limit = maxTokens === 0 ? most : maxTokens;
    const decoded = yield* decode(this.#model, {
      ...ask,
      ...(form && { form: form(limit) }),
      ...(worn && { steer: otherWords(worn, this.#model.tokenizer) }),
      stop,
      lookahead,
      sampling: this.#settings,
      random: seededRandom(seed, this.#given),
      length: lineLength(seconds, limit, { tokenizer: this.#model.tokenizer, said, wordsPerSecond }),
    });
    if (decoded !== undefined) this.#given++;
    return decoded;
  }
}
