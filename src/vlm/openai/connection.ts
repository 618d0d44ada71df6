import { APIError, type OpenAI } from 'openai';
import { z } from 'zod';
import { BoothError } from '../../errors.js';
import { openAccount } from '../../openai/account.js';
import { quote } from '../../openai/words.js';
import { type Provider, providerOf } from './dialects.js';
import { type Endpoint, failure, TRIES_AGAIN } from './failures.js';

/** Most bytes of one answer that are read; a look needs a few thousand. */
const LONGEST_BODY = 4 * 1024 * 1024;

/** Names of models that an error message lists. */
const MODELS_SHOWN = 8;

export interface Connection {
  readonly client: OpenAI;
  readonly baseUrl: URL;
  readonly endpoint: Endpoint;
}

/** The server of the environment, for one model. Raises as `openAccount` does. */
export function connect(model: string, environment: NodeJS.ProcessEnv): Connection {
  const { client, baseUrl, ...shown } = openAccount(model, environment, { longestBody: LONGEST_BODY });
  return { client, baseUrl, endpoint: { model, ...shown, models: [] } };
}

const modelList = z.object({
  data: z.array(z.object({ id: z.string(), owned_by: z.string().nullish() })).nullish(),
});

export interface Welcome {
  readonly provider: Provider;
  /** Models that the server says it has; empty when it does not say. */
  readonly models: readonly string[];
}

/**
 * Asks which models there are, and learns from the answer whose server it is. Servers without such a list are
 * fine. Raises CONFIG_INVALID for a refused key, MODEL_NOT_FOUND when no server answers.
 */
export async function greet(
  { client, baseUrl, endpoint }: Connection,
  signal: AbortSignal,
): Promise<Welcome> {
  try {
    const list = modelList.safeParse(await client.get('/models', { signal }));
    const models = (list.success && list.data.data) || [];
    const owners = models.flatMap(({ owned_by }) => owned_by ?? []);
    const names = models.slice(0, MODELS_SHOWN).map(({ id }) => quote(id, endpoint));
    return { provider: providerOf(baseUrl, owners), models: names };
  } catch (thrown) {
    if (!(thrown instanceof APIError) || thrown.status === undefined) throw unreachable(thrown, endpoint);
    const error = failure(thrown, endpoint);
    if (error.code === 'CONFIG_INVALID') throw error;
    return { provider: providerOf(baseUrl, []), models: [] };
  }
}

function unreachable(thrown: unknown, endpoint: Endpoint): BoothError {
  const { message } = failure(thrown, endpoint);
  return new BoothError(
    'MODEL_NOT_FOUND',
    `${message} Start the server, or set OPENAI_BASE_URL to where it is.`.replace(TRIES_AGAIN, ''),
  );
}
