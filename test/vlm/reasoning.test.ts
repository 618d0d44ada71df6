import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeConfig } from '../../src/config.js';
import { onnxruntime } from '../../src/onnx/onnxruntime.js';
import { answerSettings } from '../../src/vlm/decoding/settings.js';
import { loadVlm } from '../../src/vlm/load.js';
import { loadModel, type Model } from '../../src/vlm/model.js';
import { HistorySession } from '../../src/vlm/strategies/history.js';
import type { AnswerRequest, LookEvent } from '../../src/vlm/vlm.js';
import { promptContext } from '../support/prompt-context.js';
import { readingBy } from '../support/reading-by.js';
import { fixture } from './families/golden.js';
import { patterned } from './images/pictures.js';
import { clip, collect, tinyConfig } from './tiny.js';

const CLIP = [patterned(84, 56, 0), patterned(84, 56, 1)];
const STEPS = '"observe": "a red player shoots", "analyse": "the ball is in", "reason": "it is a goal"';
let model: Model;

beforeAll(async () => {
  const options = { device: 'cpu', threads: 1, dtype: 'auto' } as const;
  model = await loadModel(fixture('qwen2_5_vl-hub'), options, onnxruntime);
});
afterAll(() => model.dispose());

/** The model, which wants to say `answer`, whatever it sees. */
function wanting(answer: string): Model {
  const ids = [...model.tokenizer.encode(answer), model.folder.endOfText[0] as number];
  let at = -1;
  const extend: Model['extend'] = async (context, parts, cancelled) => {
    const result = await model.extend(context, parts, cancelled);
    at = parts.some((part) => 'vision' in part) ? 0 : at + 1;
    return { ...result, logits: result.logits.map((_, id) => (id === ids[at] ? 9 : 0)) };
  };
  return readingBy(model, extend);
}

function looked(answering: Model, options: { seconds?: number; config?: object } = {}): Promise<LookEvent[]> {
  const session = new HistorySession(answering, answerSettings(makeConfig(options.config ?? {})));
  const prompt = promptContext({ reasoning: true, seconds: options.seconds ?? null });
  return collect(session.look(CLIP, prompt, () => false));
}

describe('a model that is asked to reason', () => {
  it('speaks its conclusion alone, as it comes, and gives all four steps in the end', async () => {
    const events = await looked(wanting(`{${STEPS}, "conclude": "Goal for the \\"reds\\"!"}`));
    const texts = events.flatMap((event) => (event.kind === 'text' ? [event.text] : []));
    expect(texts.length).toBeGreaterThan(2);
    for (const text of texts) expect('Goal for the "reds"!'.startsWith(text)).toBe(true);
    expect(events.at(-1)).toMatchObject({
      kind: 'end',
      text: 'Goal for the "reds"!',
      reasoning: {
        observe: 'a red player shoots',
        analyse: 'the ball is in',
        reason: 'it is a goal',
        conclude: 'Goal for the "reds"!',
      },
    });
  });

  it.each(['null', '""', '"SILENT"'])('keeps silent by a conclusion of %s', async (conclusion) => {
    const events = await looked(wanting(`{${STEPS}, "conclude": ${conclusion}}`));
    expect(events).toEqual([expect.objectContaining({ kind: 'silence' })]);
  });

  it('answers in four steps whatever it wants to say instead', async () => {
    const last = (await looked(wanting('A goal!'))).at(-1)!;
    if (last.kind === 'end') expect(Object.values(last.reasoning ?? {})).toHaveLength(4);
    else expect(last.kind).toBe('silence');
    const own = (await looked(model)).at(-1)!;
    expect(['end', 'silence']).toContain(own.kind);
  });

  it('ends its conclusion in the time there is, after a sentence', async () => {
    const line =
      'The reds have scored a very good goal now. It was a long pass and then a shot from far out. And so it goes on and on';
    const last = (await looked(wanting(`{${STEPS}, "conclude": "${line}"}`), { seconds: 2.5 })).at(-1);
    expect(last).toMatchObject({ kind: 'end', text: 'The reds have scored a very good goal now.' });
  });

  it('ends its conclusion before a stop string', async () => {
    const answering = wanting(`{${STEPS}, "conclude": "A goal. And so on"}`);
    const last = (await looked(answering, { config: { decoding: { stop: [' And'] } } })).at(-1);
    expect(last).toMatchObject({ kind: 'end', text: 'A goal.', reasoning: { conclude: 'A goal.' } });
  });

  it('is asked for the four steps, and is not when it need not reason', async () => {
    const asked = async (reasoning: boolean) => {
      const session = new HistorySession(model);
      const events = await collect(session.look(CLIP, promptContext({ reasoning }), () => false));
      return events.at(-1)?.prompt;
    };
    expect(await asked(true)).not.toBe(await asked(false));
  });
});

describe('a chat model that is held to a form', () => {
  const asked = (answering: Model, answer: AnswerRequest) =>
    collect(new HistorySession(answering).look(CLIP, promptContext({ answer }), () => false));

  it('answers with one of the choices, whatever it wants to say', async () => {
    const choices = ['goal', 'no goal'];
    const [own, other] = await Promise.all([
      asked(model, { choices }),
      asked(wanting('no, it was saved'), { choices }),
    ]);
    expect(choices).toContain((own.at(-1) as { text?: string }).text);
    expect(other.at(-1)).toMatchObject({ kind: 'end', text: 'no goal' });
  });

  it('answers with JSON by the schema', async () => {
    const schema = {
      type: 'object',
      properties: { team: { enum: ['red', 'blue'] }, shots: { type: 'integer' } },
    } as const;
    const last = (await asked(wanting('{"team": "blue", "shots": 12}'), { schema })).at(-1);
    expect(last).toMatchObject({ kind: 'end', text: '{"team": "blue", "shots": 12}' });
  });
});

describe('a model that was trained to watch', () => {
  it('cannot be held to a form', async () => {
    const vlm = await loadVlm(tinyConfig);
    const session = await vlm.open();
    const context = promptContext({ answer: { choices: ['goal'] } });
    await expect(collect(session.look(clip(0), context))).rejects.toThrow(TypeError);
    await vlm.close();
  });

  it('refuses to reason, and says which models can', async () => {
    await expect(loadVlm(tinyConfig, { reasoning: true })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/cannot reason: leave --reasoning out.*openai:<model>.*qwen2_vl/),
    });
  });
});
