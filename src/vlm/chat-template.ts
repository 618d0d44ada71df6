import { join } from 'node:path';
import { Template } from '@huggingface/jinja';
import { z } from 'zod';
import { messageOf } from '../errors.js';
import { modelInvalid, readIfThere, readJsonIfThere } from './checked-json.js';

/** A message as chat templates know it; pictures are parts, in their order. */
export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string | readonly Part[];
}

export type Part =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image' }
  | { readonly type: 'video' };

/** One template, or several by name. */
const templates = z.union([
  z.string(),
  z.array(z.looseObject({ name: z.string(), template: z.string() })),
  z.record(z.string(), z.string()),
]);
const holder = z.looseObject({ chat_template: templates.nullish() });

/**
 * The folder's chat template: chat_template.jinja, else in chat_template.json, processor_config.json, tokenizer_config.json; `null` where there is none.
 * The processor's go first, as in transformers: a tokenizer that came from a model of text alone has a template without pictures.
 * Raises MODEL_INVALID for a file that is not valid.
 */
export async function readChatTemplate(
  path: string,
  tokenizerConfig: object,
  processorConfig: object,
): Promise<string | null> {
  return (
    (await readIfThere(join(path, 'chat_template.jinja'))) ??
    templateIn(await readJsonIfThere(join(path, 'chat_template.json'), holder)) ??
    templateIn(processorConfig) ??
    templateIn(tokenizerConfig)
  );
}

function templateIn(file: object | null): string | null {
  const found = holder.safeParse(file ?? {}).data?.chat_template ?? null;
  if (found === null || typeof found === 'string') return found;
  if (Array.isArray(found))
    return (found.find(({ name }) => name === 'default') ?? found[0])?.template ?? null;
  return found.default ?? Object.values(found)[0] ?? null;
}

/** Renders conversations up to where the model is to speak. Raises MODEL_INVALID for a template that cannot be read or run. */
export class ChatTemplate {
  readonly #template: Template;
  readonly #specials: Readonly<Record<string, string>>;

  /** `tokenizerConfig` names the special tokens that templates may write (`bos_token`, `eos_token`). */
  constructor(source: string, tokenizerConfig: object) {
    this.#template = attempt(() => new Template(source));
    this.#specials = specialTokens(tokenizerConfig);
  }

  render(messages: readonly Message[]): string {
    return attempt(() => this.#template.render({ ...this.#specials, messages, add_generation_prompt: true }));
  }
}

/** Raises MODEL_INVALID for a folder without a template, or with one that cannot be read. */
export function chatTemplateOf({ path, chatTemplate, tokenizer }: TemplateHolder): ChatTemplate {
  if (chatTemplate === null)
    throw modelInvalid(
      `${path} has no chat template (chat_template.jinja, or in tokenizer_config.json or chat_template.json)`,
    );
  return new ChatTemplate(chatTemplate, tokenizer.config);
}

interface TemplateHolder {
  readonly path: string;
  readonly chatTemplate: string | null;
  readonly tokenizer: { readonly config: object };
}

const spelling = z.union([
  z.string(),
  z.looseObject({ content: z.string() }).transform(({ content }) => content),
]);

function specialTokens(config: object): Record<string, string> {
  const named = Object.entries(config).filter(([name]) => /^(bos|eos|pad|unk)_token$/.test(name));
  return Object.fromEntries(
    named.flatMap(([name, value]) => {
      const { data } = spelling.safeParse(value);
      return data === undefined ? [] : [[name, data]];
    }),
  );
}

function attempt<Value>(work: () => Value): Value {
  try {
    return work();
  } catch (cause) {
    throw modelInvalid(`its chat template does not work (${messageOf(cause)})`, cause);
  }
}
