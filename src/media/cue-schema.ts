import { z } from 'zod';
import { CHANNEL_NAME, channelName } from './channel-name.js';
import type { Cue } from './cue.js';

const seconds = z.number().min(0);
const text = z.string();
const share = z.number().min(0).max(1);

/** A name that can stand in a caption file as it is: letters, digits and marks inside, at most 32 characters. */
export const SPEAKER_NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} .'-]{0,31}$/u;

/**
 * The shape of a cue on the wire and in files, keys in the order in which they are written. `docs/cue.md`
 * tells what each means. Unknown keys are refused.
 */
export const cueSchema = z
  .strictObject({
    seq: z.number().int().min(0),
    id: z.string().regex(new RegExp(`^${CHANNEL_NAME}-\\d{1,16}$`), 'a cue id is <channel>-<seq>'),
    channel: channelName,
    start: seconds,
    end: seconds,
    text: z.string().regex(/^[^\p{Cc}\p{Cs}\u2028\u2029]*$/u, 'a cue is one line without control characters'),
    lang: z.string().min(2),
    speaker: z.string().regex(SPEAKER_NAME, 'a speaker is a short plain name').nullable(),
    final: z.boolean(),
    importance: share,
    frames: z.array(seconds).readonly(),
    model: z.string(),
    prompt: z.string().regex(/^([0-9a-f]{12})?$/, 'a prompt is named by 12 hex digits'),
    reasoning: z.strictObject({ observe: text, analyse: text, reason: text, conclude: text }).nullable(),
    captureToCaptionMs: z.number().nullable(),
    dropped: z.number().int().min(0),
  })
  .refine((cue) => cue.end >= cue.start, {
    path: ['end'],
    message: 'a cue ends after its start',
  }) satisfies z.ZodType<Cue>;

/** The keys of a cue, in documented order. */
export const CUE_KEYS = Object.keys(cueSchema.shape) as readonly (keyof Cue)[];
