import { z } from 'zod';
import { BoothError, messageOf } from '../errors.js';

const seconds = z.number();
const goals = z.object({ home: z.number().int().min(0), away: z.number().int().min(0) });
const span = { start: seconds, end: seconds };

const truthSchema = z.object({
  version: z.literal(1),
  duration: z.number().positive(),
  teams: z.tuple([z.object({ name: z.string() }), z.object({ name: z.string() })]),
  events: z.array(
    z.object({
      id: z.number().int(),
      time: seconds,
      type: z.string(),
      team: z.string().nullish(),
      score: goals.optional(),
    }),
  ),
  score: z.array(goals.extend({ time: seconds })).default([]),
  shots: z.array(z.object({ ...span, kind: z.string() })).default([]),
  possession: z.array(z.object({ ...span, team: z.string().nullish() })).default([]),
  lines: z
    .array(
      z.object({
        ...span,
        text: z.string(),
        lang: z.string(),
        events: z.array(z.number().int()).default([]),
      }),
    )
    .default([]),
});

/** The ground truth of one video, as far as a score needs it; `docs/evaluation.md` documents the file. */
export type Truth = z.output<typeof truthSchema>;
export type TruthEvent = Truth['events'][number];
export type TruthLine = Truth['lines'][number];

/** Goals of the home team and of the away team. */
export type Goals = z.output<typeof goals>;

/** A ground truth from the text of its file. Raises TRUTH_INVALID with every fault; unknown keys are passed over. */
export function readTruth(json: string): Truth {
  const result = truthSchema.safeParse(parse(json));
  if (result.success) return inOrder(result.data);
  const faults = result.error.issues.map((issue) => `${issue.path.join('.') || 'file'}: ${issue.message}`);
  throw invalid(faults.slice(0, 5).join('; '));
}

/** As the scoring goes through it, in whatever order a file has it. */
function inOrder(truth: Truth): Truth {
  return {
    ...truth,
    events: [...truth.events].sort((a, b) => a.time - b.time),
    score: [...truth.score].sort((a, b) => a.time - b.time),
    lines: [...truth.lines].sort((a, b) => a.start - b.start),
  };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw invalid(messageOf(cause), cause);
  }
}

function invalid(fault: string, cause?: unknown): BoothError {
  return new BoothError(
    'TRUTH_INVALID',
    `The ground truth cannot be read (${fault}). It must be one JSON object, as in docs/evaluation.md.`,
    { cause },
  );
}
