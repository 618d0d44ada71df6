import { describe, expect, it } from 'vitest';
import { onnxruntime } from '../../../src/onnx/onnxruntime.js';
import { nextToken } from '../../../src/vlm/decoding/next-token.js';
import { isStreaming, loadModel, type Model, type StreamingModel } from '../../../src/vlm/model.js';
import { StreamingSession } from '../../../src/vlm/strategies/streaming.js';
import { promptContext } from '../../support/prompt-context.js';
import { readingBy } from '../../support/reading-by.js';
import { collect, golden, json, picture, tinyWith } from '../tiny.js';

const pair = (tick: number) => [picture(2 * tick), picture(2 * tick + 1)];
const prompt = promptContext({ lang: golden.lang, recent: golden.memory });

async function load(changes: Parameters<typeof tinyWith>[0]) {
  const { path, remove } = await tinyWith(changes);
  const model = await loadModel(path, { device: 'cpu', threads: 1, dtype: 'auto' }, onnxruntime);
  if (!isStreaming(model)) throw new TypeError('the tiny model watches');
  return {
    model,
    async close() {
      await model.dispose();
      await remove();
    },
  };
}

const look = (session: StreamingSession, tick: number, said = prompt) =>
  collect(session.look(pair(tick), said, () => false));

/** The model, which would rather say `id` than anything. */
function eager(model: StreamingModel, id: number): StreamingModel {
  const extend: Model['extend'] = async (...what) => {
    const result = await model.extend(...what);
    return { ...result, logits: result.logits.map((logit, at) => (at === id ? 1e3 : logit)) };
  };
  return readingBy(model, extend);
}

describe('bad input to decoding', () => {
  it('is a line that outgrows the context: a named error, and the next look starts anew', async () => {
    const whole = await load({});
    const first = await look(new StreamingSession(whole.model), 0);
    await whole.close();
    const last = first.at(-1)!;
    const read = last.kind === 'text' ? 0 : last.stats.context;
    const limit = json((config) => {
      const text = Object(config.text_config);
      return { ...config, text_config: { ...text, max_position_embeddings: read + 3 } };
    });
    const { model, close } = await load({ 'config.json': limit });
    const [talk = 0] = model.tokenizer.encode('o');
    const talking = new StreamingSession(eager(model, talk));
    for (let again = 0; again < 2; again++)
      await expect(look(talking, 0)).rejects.toMatchObject({
        code: 'CONTEXT_OVERFLOW',
        policy: 'skip',
        message: expect.stringContaining(`holds ${read + 3}`),
      });
    const calm = new StreamingSession(model);
    expect((await look(calm, 0)).at(-1)).toMatchObject({ kind: last.kind });
    await close();
  });

  it('is a token that the embeddings do not have: a named error at each look that needs it, and none after', async () => {
    const far = json((tokenizer) => {
      const { model } = Object(tokenizer);
      return { ...tokenizer, model: { ...model, vocab: { ...model.vocab, Z: 5_000 } } };
    });
    const { model, close } = await load({ 'tokenizer.json': far });
    const session = new StreamingSession(model);
    await expect(look(session, 0, promptContext({ lang: 'en', recent: ['Z'] }))).rejects.toMatchObject({
      code: 'INFERENCE_FAILED',
      policy: 'skip',
    });
    expect((await look(session, 0)).at(-1)).toMatchObject({ stats: { context: golden.ticks[0]!.context } });
    await close();
  });

  it('is a model that wants an id that its tokenizer does not have: nothing is said with it', async () => {
    const hole = 371;
    const lacking = json((tokenizer) => {
      const { model } = Object(tokenizer);
      const vocab = Object.entries(model.vocab).filter(([, id]) => id !== hole);
      const [gone] = Object.keys(model.vocab).filter((token) => model.vocab[token] === hole);
      const merges = model.merges.filter(
        (pair: string | string[]) => [pair].flat().join('').replace(' ', '') !== gone,
      );
      return { ...tokenizer, model: { ...model, vocab: Object.fromEntries(vocab), merges } };
    });
    const { model, close } = await load({ 'tokenizer.json': lacking });
    expect(model.tokenizer.decode([hole])).toBe('');
    const events = await look(new StreamingSession(eager(model, hole)), 0);
    expect(events).toEqual([expect.objectContaining({ kind: 'silence' })]);
    await close();
  });

  it('is logits of which none may be chosen: a named error', () => {
    const nothing = (scores: Float32Array) => void scores.fill(Number.NEGATIVE_INFINITY);
    expect(() => nextToken(Float32Array.of(1, 2), { mask: nothing })).toThrow(
      expect.objectContaining({
        code: 'INFERENCE_FAILED',
        message: expect.stringMatching(/None of the 2 tokens.*tokenizer\.json lacks/),
      }),
    );
  });
});
