import { z } from 'zod';
import { BoothError } from '../errors.js';
import { cueSchema } from '../media/cue-schema.js';

/** Counts breaking changes of `docs/feed.md`; sent in `hello`. */
export const PROTOCOL_VERSION = 1;

const seq = z.number().int().min(0);
const nullableMs = z.number().nullable();

export const aboutSchema = z.object({
  /** What is on, as a person would name it. */
  title: z.string(),
  /** The input's name without credentials. */
  source: z.string(),
  model: z.string(),
  device: z.string(),
  /** True when the input has no end of its own. */
  live: z.boolean(),
});

/** One language of the commentary. */
const channelAboutSchema = z.object({
  /** The `channel` of its cues. */
  channel: z.string(),
  lang: z.string(),
  persona: z.string(),
  /** Name of the voice; `null` when nobody speaks. */
  voice: z.string().nullable(),
});

const percentilesSchema = z
  .object({ p50: z.number(), p95: z.number(), max: z.number(), last: z.number() })
  .nullable();

const statsSchema = z.object({
  seconds: z.number(),
  frames: seq,
  ticks: seq,
  silences: seq,
  cues: seq,
  drops: z.record(z.string(), seq),
  captureToCaption: percentilesSchema,
  captureToAudio: percentilesSchema,
  voice: z.object({ begun: seq, cut: seq, late: seq, leastToSpareMs: z.number().nullable() }),
  talking: z.number(),
  restarts: seq,
  skips: seq,
});

const message = <Type extends string, Payload extends z.ZodType>(type: Type, payload: Payload) =>
  z.object({ type: z.literal(type), payload });

/** What the server says on `/feed`: one JSON object a text message. `docs/feed.md` explains each field. */
export const serverMessageSchema = z.discriminatedUnion('type', [
  message(
    'hello',
    z.object({
      protocol: z.literal(PROTOCOL_VERSION),
      run: z.string(),
      /** Path of the list of all programmes of the server; `null` when there is one. */
      board: z.string().nullable(),
      /** The first channel's, beside the programme's. */
      about: aboutSchema.extend(channelAboutSchema.shape),
      lastSeq: seq.nullable(),
      oldestSeq: seq.nullable(),
      channels: z
        .array(channelAboutSchema.extend({ lastSeq: seq.nullable(), oldestSeq: seq.nullable() }))
        .min(1)
        .readonly(),
    }),
  ),
  message(
    'subscribed',
    z.object({ channels: z.array(z.string()), topics: z.array(z.string()), replayed: seq, missed: seq }),
  ),
  message('cue', cueSchema),
  message(
    'tick',
    z.object({
      channel: z.string(),
      seq,
      start: z.number(),
      end: z.number(),
      frames: z.array(z.number()).readonly(),
      outcome: z.enum(['line', 'silence', 'dropped']),
      text: z.string().optional(),
      lookMs: z.number(),
      captureToCaptionMs: nullableMs,
    }),
  ),
  message('stats', statsSchema.extend({ channel: z.string() })),
  message(
    'voice',
    z.object({
      channel: z.string(),
      id: z.string(),
      seq,
      url: z.string(),
      /** Seconds; `null` while the sound still arrives. */
      duration: z.number().nullable(),
      voice: z.string(),
      captureToAudioMs: nullableMs,
    }),
  ),
  message(
    'end',
    z.object({
      reason: z.enum(['completed', 'failed']),
      code: z.string().nullable(),
      stats: statsSchema.nullable(),
    }),
  ),
]);

export const TOPICS = ['cue', 'tick', 'stats', 'voice'] as const;
export type Topic = (typeof TOPICS)[number];

/** The one message that a client may send. */
export const clientMessageSchema = z.strictObject({
  type: z.literal('subscribe'),
  /** Refused unless each is a channel of the server; absent means its first. */
  channels: z.array(z.string().max(32)).min(1).max(16).optional(),
  /** What to be told of; absent means everything. `end` always comes. */
  topics: z.array(z.enum(TOPICS)).max(TOPICS.length).optional(),
  /** `seq` of the last final cue that the client has, of each of these channels; -1 for every cue kept; absent for none. */
  since: z.number().int().min(-1).max(Number.MAX_SAFE_INTEGER).optional(),
});

export type About = Readonly<z.output<typeof aboutSchema>>;
export type ChannelAbout = Readonly<z.output<typeof channelAboutSchema>>;
export type ServerMessage = z.output<typeof serverMessageSchema>;
export type ClientMessage = z.output<typeof clientMessageSchema>;
export type EndPayload = Extract<ServerMessage, { type: 'end' }>['payload'];

/** Once per broadcast, however many subscribers there are. */
export function encodeMessage(value: ServerMessage): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** Reads a client's message; raises MESSAGE_INVALID with what was wrong, never with the message itself. */
export function decodeClientMessage(text: string): ClientMessage {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new BoothError('MESSAGE_INVALID', 'The message is not JSON; send {"type":"subscribe"}.', { cause });
  }
  const result = clientMessageSchema.safeParse(value);
  if (result.success) return result.data;
  const [fault] = result.error.issues;
  const where = fault?.path.join('.') || 'message';
  throw new BoothError('MESSAGE_INVALID', `${where}: ${fault?.message ?? 'not valid'}; see docs/feed.md.`);
}
