import type { ProviderChoice } from '../../config-schema.js';

export type Provider = Exclude<ProviderChoice, 'auto'> | 'unknown';

/** How a server wants to be spoken to. */
export interface Dialect {
  /** It holds the answer to a JSON schema. */
  readonly schema: boolean;
  /** It counts the tokens of a streamed answer. */
  readonly usage: boolean;
  readonly temperature: boolean;
  readonly maxTokens: 'max_tokens' | 'max_completion_tokens';
  /** Fields of the request that only this server knows. */
  readonly extras: Readonly<Record<string, unknown>>;
}

const COMMON: Dialect = { schema: true, usage: true, temperature: true, maxTokens: 'max_tokens', extras: {} };

/** A commentator has no time to think first. Templates without such a switch ignore it. */
const NO_THINKING = { chat_template_kwargs: { enable_thinking: false } };

export const DIALECTS: Readonly<Record<Provider, Dialect>> = {
  // Newer models refuse `max_tokens`; without `store` an account may keep every picture that it was sent.
  openai: { ...COMMON, maxTokens: 'max_completion_tokens', extras: { store: false } },
  vllm: { ...COMMON, extras: NO_THINKING },
  sglang: { ...COMMON, extras: NO_THINKING },
  llamacpp: { ...COMMON, extras: NO_THINKING },
  ollama: COMMON,
  unknown: COMMON,
};

/** `owned_by` of the models that a server lists, and whose server says so. */
const OWNERS: Readonly<Record<string, Provider>> = {
  vllm: 'vllm',
  sglang: 'sglang',
  llamacpp: 'llamacpp',
  library: 'ollama',
};

export function providerOf(baseUrl: URL, owners: readonly string[]): Provider {
  if (baseUrl.hostname === 'api.openai.com') return 'openai';
  const known = owners.map((owner) => OWNERS[owner.toLowerCase()]).find((provider) => provider !== undefined);
  return known ?? 'unknown';
}

/** What a request may do without, and how a refusal speaks of it. */
const DISPENSABLE: readonly {
  readonly what: string;
  readonly named: RegExp;
  readonly without: (dialect: Dialect) => Dialect | null;
}[] = [
  {
    what: 'a token limit named max_tokens',
    named: /max_completion_tokens/i,
    without: (dialect) =>
      dialect.maxTokens === 'max_tokens' ? { ...dialect, maxTokens: 'max_completion_tokens' } : null,
  },
  {
    what: 'temperature',
    named: /temperature/i,
    without: (dialect) => (dialect.temperature ? { ...dialect, temperature: false } : null),
  },
  {
    what: 'stream_options',
    named: /stream_options|include_usage/i,
    without: (dialect) => (dialect.usage ? { ...dialect, usage: false } : null),
  },
  {
    what: 'response_format',
    // Some servers refuse without a word; the schema is the likeliest cause.
    named: /response_format|schema|grammar|structured|guided|^$/i,
    without: (dialect) => (dialect.schema ? { ...dialect, schema: false } : null),
  },
];

/** A dialect without what a server's refusal names, or `null` when there is nothing more to leave out. Never goes back. */
export function withoutRefused(
  dialect: Dialect,
  refusal: string,
): { readonly dialect: Dialect; readonly what: string } | null {
  for (const { what, named, without } of DISPENSABLE) {
    const less = named.test(refusal) ? without(dialect) : null;
    if (less !== null) return { dialect: less, what };
  }
  return null;
}
