import { z } from 'zod';
import { channelName as channel } from '../media/channel-name.js';
import { cueSchema } from '../media/cue-schema.js';
import { type DropReason, dropCounter } from '../media/drops.js';

/** Counts breaking changes of `docs/record.md`. */
export const SESSION_VERSION = 1;

const text = z.string();
const count = z.number().int().min(0);
const number = z.number();
const reason = z.enum(Object.keys(dropCounter().counts()) as [DropReason, ...DropReason[]]);

const line = <Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) =>
  z.strictObject({ kind: z.literal(kind), ...shape });

const headerSchema = line('session', {
  version: z.literal(SESSION_VERSION),
  /** Versions of Booth and Node.js. */
  booth: text,
  node: text,
  startedAt: text,
  live: z.boolean(),
  langs: z.array(text).min(1).max(64).readonly(),
  /** The whole configuration; it holds no secrets. */
  config: z.record(text, z.unknown()),
  persona: z.record(text, z.unknown()),
  /** Who plays, where that was given. */
  roster: z.record(text, z.unknown()).nullable(),
  model: z.record(text, z.unknown()),
});

const said = { confidence: number, saidAt: number, model: text, prompt: text };

/** A remark without its clip, which has a line of its own. */
const remarkSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('silence'), ...said }),
  z.strictObject({
    kind: z.literal('line'),
    text,
    final: z.boolean(),
    speaker: text.nullable(),
    reasoning: cueSchema.shape.reasoning,
    ...said,
  }),
]);

/**
 * One line of a session. `at` is milliseconds of the pipeline's clock. `docs/record.md` tells what each is for.
 * `look`, `remark`, `cue`, `drop` and `ended` are what the commentator is given and decides: a replay must write the same.
 */
export const sessionLineSchema = z.discriminatedUnion('kind', [
  headerSchema,
  line('input', { at: number, source: z.record(text, z.unknown()) }),
  line('clip', {
    at: number,
    fate: z.enum(['look', 'overload', 'skip']),
    seq: count,
    start: number,
    end: number,
    capturedAt: number,
    change: number,
    sceneCut: z.boolean(),
    /** Index, pts (seconds) and capture time of each frame. */
    frames: z.array(z.tuple([count, number, number]).readonly()).readonly(),
  }),
  line('look', { at: number, channel, clip: count, context: z.record(text, z.unknown()) }),
  line('remark', { at: number, channel, clip: count, remark: remarkSchema }),
  line('spent', { at: number, channel, clip: count, stats: z.record(text, number) }),
  line('spoken', { at: number, channel, text, seconds: number }),
  line('cue', { cue: cueSchema }),
  line('drop', { channel, reason }),
  line('lost', { at: number, channel, reason }),
  line('ended', { at: number, channel }),
  line('restart', { at: number, code: text, message: text }),
  line('warning', { at: number, code: text, message: text }),
  line('end', { at: number }),
]);

export type SessionLine = z.output<typeof sessionLineSchema>;
export type SessionHeader = z.output<typeof headerSchema>;
export type SessionClip = Extract<SessionLine, { kind: 'clip' }>;

/** Takes the lines of a run as they come about; must not throw. */
export type OnLine = (line: SessionLine) => void;
