import { APIError } from 'openai';
import { BoothError } from '../../errors.js';
import type { Account } from '../../openai/account.js';
import { deepMessage, quote, refusal } from '../../openai/words.js';

export const TRIES_AGAIN = ' The next look tries again.';

/** Who is spoken of in messages. Holds no key, so that it may be printed. */
export interface Endpoint extends Pick<Account, 'address' | 'hasKey' | 'hideKey'> {
  readonly model: string;
  /** Some of the models that it says it has, fit to be shown; empty when it does not say. */
  readonly models: readonly string[];
}

/** True where the server did not get to the look: no connection, or a fault of its own. The same look may fare better later. */
export function isOutage(thrown: unknown): boolean {
  return thrown instanceof APIError && (thrown.status === undefined || thrown.status >= 500);
}

/**
 * What a failed request means to the run. The cause is not kept, because a server's answer may hold the key.
 * A wrong key or model is fatal: no later look would fare better.
 */
export function failure(thrown: unknown, endpoint: Endpoint): BoothError {
  const { model, address, models } = endpoint;
  if (!(thrown instanceof APIError) || thrown.status === undefined) {
    const why = quote(deepMessage(thrown), endpoint);
    return new BoothError('INFERENCE_FAILED', `${address} gave no usable answer: ${why}.${TRIES_AGAIN}`);
  }
  const said = quote(refusal(thrown), endpoint) || 'it gave no reason';
  const { status } = thrown;
  if (status === 401 || status === 403) {
    const what = endpoint.hasKey ? 'does not accept the key' : 'wants a key';
    return new BoothError(
      'CONFIG_INVALID',
      `${address} ${what} (${status}: ${said}). Set OPENAI_API_KEY to a key that may use ${model}, and OPENAI_BASE_URL to the server that it is for.`,
    );
  }
  if (status === 404) {
    const choice = models.length === 0 ? '' : ` It has: ${models.join(', ')}.`;
    return new BoothError(
      'MODEL_NOT_FOUND',
      `${address} has no model "${model}", or is no chat endpoint (404: ${said}).${choice} Check --model openai:<model> and OPENAI_BASE_URL, which mostly ends with /v1.`,
    );
  }
  if (/context.{0,20}(length|size|window|exceed)|too many tokens/i.test(`${thrown.code ?? ''} ${said}`))
    return new BoothError(
      'CONTEXT_OVERFLOW',
      `The prompt does not fit ${model} (${status}: ${said}). Lower endpoint.framesPerClip, endpoint.width and endpoint.height, or commentator.recentLines.`,
    );
  return new BoothError('INFERENCE_FAILED', `${address} refused a look (${status}: ${said}).`);
}
