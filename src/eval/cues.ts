import { z } from 'zod';
import { BoothError, messageOf } from '../errors.js';

/** Only what a score needs, so that captions of other programs can be judged too: everything else has a default or is passed over. */
const judgedCueSchema = z.object({
  id: z.string().optional(),
  start: z.number(),
  end: z.number(),
  text: z.string(),
  lang: z.string().default('en'),
  final: z.boolean().default(true),
});

/** A cue as far as it is judged. Booth's own cues fit. */
export type JudgedCue = Readonly<Omit<z.output<typeof judgedCueSchema>, 'final' | 'id'>>;

/**
 * The cues of a JSONL file in order of start. Of several forms of one cue (same `id`) the last counts; partial and
 * withdrawn cues are left out. Raises CAPTIONS_INVALID with the line's number.
 */
export function readCues(jsonl: string): JudgedCue[] {
  const forms = new Map<string, z.output<typeof judgedCueSchema>>();
  jsonl.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    const cue = parseLine(line, index + 1);
    forms.set(cue.id ?? `line ${index}`, cue);
  });
  return [...forms.values()]
    .filter((cue) => cue.final && cue.end > cue.start)
    .map(({ start, end, text, lang }) => ({ start, end, text, lang }))
    .sort((a, b) => a.start - b.start);
}

function parseLine(line: string, number: number): z.output<typeof judgedCueSchema> {
  const result = judgedCueSchema.safeParse(parseJson(line, number));
  if (result.success) return result.data;
  throw invalid(
    number,
    result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '),
  );
}

function parseJson(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw invalid(number, messageOf(cause), cause);
  }
}

function invalid(number: number, fault: string, cause?: unknown): BoothError {
  return new BoothError(
    'CAPTIONS_INVALID',
    `Line ${number} of the cues cannot be scored (${fault}). Each line must be one cue as in docs/cue.md.`,
    { cause },
  );
}
