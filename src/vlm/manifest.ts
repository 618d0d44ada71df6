import { z } from 'zod';

const tokenId = z.number().int().min(0);
const side = z.number().int().min(1).max(8_192);

/** `booth.json` of a model folder: what Booth must know beyond the hub's own files. Documented in `docs/models.md`. */
export const manifestSchema = z.object({
  name: z.string().min(1),
  version: z.string(),
  family: z.string().min(1),
  licence: z.string(),
  description: z.string(),
  /** What the model has seen, for the user to judge what it can know. */
  knowsOnly: z.string().optional(),
  languages: z.array(z.string().min(2)).min(1),
  /** The pictures it wants: `framesPerTick` of them at `fps` make one clip. */
  input: z.object({
    width: side,
    height: side,
    fps: z.number().positive().max(240),
    framesPerTick: z.number().int().min(1).max(256),
    resize: z.literal('stretch'),
  }),
  /** How a stream becomes prompts; `streaming`: clips are appended to one growing context. */
  strategy: z.literal('streaming'),
  prompt: z.object({
    /** By language. */
    system: z.record(z.string(), z.string()),
    /** Lines of what was said before that go into `{memory}`, and what joins them. */
    memoryLines: z.number().int().min(0).max(64),
    memorySeparator: z.string(),
    /** The text before the first clip, with `{system}` and `{memory}`. */
    prefix: z.string(),
    tokensPerTick: z.number().int().min(1),
  }),
  tokens: z.object({
    silence: tokenId,
    endOfLine: tokenId,
    visionStart: tokenId,
    visionEnd: tokenId,
    videoPad: tokenId,
  }),
  /** By language: added to the logit of `silence` before deciding to speak. */
  silenceBias: z.record(z.string(), z.number()),
  /** Clips in the context: at `maxTicks` it is built anew with the last `keepTicks`. */
  window: z
    .object({ maxTicks: z.number().int().min(1), keepTicks: z.number().int().min(0) })
    .refine(({ maxTicks, keepTicks }) => keepTicks < maxTicks, 'keepTicks must be less than maxTicks'),
  maxLineTokens: z.number().int().min(1).max(4_096),
  /** Variants of the weights, best first, and what their files' names end in. */
  dtypes: z
    .record(z.string(), z.object({ suffix: z.string().regex(/^[A-Za-z0-9_]*$/) }))
    .refine((dtypes) => Object.keys(dtypes).length > 0, 'name at least one'),
});

export type Manifest = Readonly<z.output<typeof manifestSchema>>;
