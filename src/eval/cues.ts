import { z } from 'zod';
import { BoothError } from '../errors.js';
import { readJsonLines } from '../media/json-lines.js';

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
  for (const { number, value } of readJsonLines(jsonl, judgedCueSchema, invalid)) {
    forms.set(value.id ?? `line ${number}`, value);
  }
  return [...forms.values()]
    .filter((cue) => cue.final && cue.end > cue.start)
    .map(({ start, end, text, lang }) => ({ start, end, text, lang }))
    .sort((a, b) => a.start - b.start);
}

function invalid(number: number, fault: string, cause?: unknown): BoothError {
  return new BoothError(
    'CAPTIONS_INVALID',
    `Line ${number} of the cues cannot be scored (${fault}). Give the .jsonl that booth wrote; each of its lines is one cue, as in docs/cue.md.`,
    { cause },
  );
}
