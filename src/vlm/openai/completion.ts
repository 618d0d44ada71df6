import { z } from 'zod';
import type { Reasoning } from '../../media/reasoning.js';
import { Answer } from './answer.js';
import type { Usage } from './limits.js';

const chunkSchema = z.object({
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }).nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: z.object({ prompt_tokens: z.number().min(0), completion_tokens: z.number().min(0) }).nullish(),
});

/** A streamed completion: the line so far whenever it grows, then the whole, once. */
export type CompletionPart =
  | { readonly kind: 'partial'; readonly line: string }
  | {
      readonly kind: 'whole';
      /** `null` is silence. */
      readonly line: string | null;
      /** `null` where the model did not answer in steps. */
      readonly reasoning: Reasoning | null;
      /** Pieces of the answer: about its tokens, for servers that do not count. */
      readonly pieces: number;
      readonly usage: Usage | null;
    };

/**
 * Reads the chunks of one streamed completion, believing none of them. Raises Error for chunks of another form, a refusal, and an answer that has no end; what
 * `Answer` raises too.
 */
export async function* readCompletion(
  chunks: AsyncIterable<unknown>,
  reasoning: boolean,
  onUsage: (usage: Usage) => void,
): AsyncGenerator<CompletionPart, void> {
  const answer = new Answer(reasoning);
  let soFar = '';
  let pieces = 0;
  let usage: Usage | null = null;
  let ending: string | null = null;
  for await (const received of chunks) {
    const chunk = chunkSchema.safeParse(received);
    if (!chunk.success) throw new Error('it sent something else than a chunk of a chat completion');
    const counted = chunk.data.usage;
    if (counted) {
      usage = { input: counted.prompt_tokens, output: counted.completion_tokens };
      onUsage(usage);
    }
    const choice = chunk.data.choices?.[0];
    ending = choice?.finish_reason ?? ending;
    if (choice?.delta?.refusal) throw new Error('the model refused to answer');
    const piece = choice?.delta?.content ?? '';
    if (piece === '') continue;
    pieces += 1;
    const longer = answer.push(piece);
    if (longer !== soFar && longer.trim() !== '') yield { kind: 'partial', line: longer };
    soFar = longer;
  }
  if (ending === null) throw new Error('the connection ended in the middle of the answer');
  if (ending === 'length') throw new Error('the answer did not fit into endpoint.maxTokens; raise it');
  if (ending === 'content_filter') throw new Error('its content filter withheld the answer');
  yield { kind: 'whole', ...answer.end(), pieces, usage };
}
