import { z } from 'zod';
import { SPEAKER_NAME } from '../media/cue-schema.js';
import { PLACEHOLDERS, unknownPlaceholders } from './placeholders.js';
import { ENERGIES, REGISTERS } from './tone.js';

/** Longest instructions in one language, characters. */
const LONGEST_INSTRUCTIONS = 8_000;
const MOST_LANGUAGES = 32;

export const TIMBRES = ['plain', 'low', 'high'] as const;

const share = z.number().min(0).max(1);
const line = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .regex(/^\P{C}*$/u, 'one line of plain text');

const template = z
  .string()
  .trim()
  .min(1)
  .max(LONGEST_INSTRUCTIONS)
  .regex(/^[\P{C}\n\t]*$/u, 'plain text without control characters')
  .superRefine((text, context) => {
    const unknown = unknownPlaceholders(text).slice(0, 5);
    if (unknown.length === 0) return;
    const known = Object.keys(PLACEHOLDERS).join(', ');
    const names = unknown.map((name) => `{${name.slice(0, 40)}}`).join(', ');
    context.addIssue({ code: 'custom', message: `${names} is no placeholder; known: ${known}` });
  });

const voice = z.strictObject({
  /** Times `speech.wordsPerMinute`. */
  rate: z.number().min(0.5).max(2).default(1),
  timbre: z.enum(TIMBRES).default('plain'),
});

const speaker = z.strictObject({
  name: z.string().regex(SPEAKER_NAME, 'a short name: letters, digits, spaces, up to 32 characters'),
  /** A bundled persona, or a file beside this one. */
  persona: line(200),
  /** In place of that persona's voice. */
  voice: voice.optional(),
});

const turns = z.strictObject({
  /** Seconds without a line that make a calm spell. */
  calm: z.number().min(0.5).max(60).default(2.5),
  /** Importance from which the first speaker has the word at once. */
  moment: share.default(0.7),
  /** Lines in a row, of the first and of the second speaker. */
  longest: z.tuple([z.number().int().min(1).max(50), z.number().int().min(1).max(50)]).default([4, 2]),
});

/** A persona's file. */
export const personaSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9-]{1,32}$/, 'a–z, 0–9 and -, up to 32 characters'),
    description: line(200),
    /** Target share of the time that is talked through. */
    density: share.default(0.5),
    tone: z
      .strictObject({ energy: z.enum(ENERGIES), register: z.enum(REGISTERS) })
      .partial()
      .default({}),
    voice: voice.prefault({}),
    /** The model thinks before it speaks, where it can: better lines, later. */
    reasoning: z.boolean().default(false),
    /** Language tag → instructions. A language that is missing gets the English ones. */
    instructions: z
      .record(z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]+)*$/, 'a language tag such as en or zh'), template)
      .refine(
        (all) => Object.hasOwn(all, 'en'),
        'instructions in English (en) are needed: they serve every other language',
      )
      .refine((all) => Object.keys(all).length <= MOST_LANGUAGES, `at most ${MOST_LANGUAGES} languages`),
    /** Two voices that share the microphone; the first leads. */
    speakers: z.tuple([speaker, speaker]).optional(),
    turns: turns.prefault({}),
  })
  .refine(({ speakers }) => speakers === undefined || speakers[0].name !== speakers[1].name, {
    path: ['speakers'],
    message: 'the two speakers need different names',
  });

export type PersonaFile = Readonly<z.output<typeof personaSchema>>;
export type Turns = PersonaFile['turns'];
export type VoiceHints = PersonaFile['voice'];
export type SpeakerFile = NonNullable<PersonaFile['speakers']>[number];

/** One who speaks. */
export interface Role {
  /** `null` where nobody else speaks. */
  readonly speaker: string | null;
  readonly persona: PersonaFile;
  readonly voice: VoiceHints;
}

/** Whom the commentary comes from: one role, or the two of a duo, the leading one first. */
export interface Persona {
  readonly file: PersonaFile;
  readonly roles: readonly [Role] | readonly [Role, Role];
}

/** How each who speaks sounds, as speech engines want it. */
export function castOf({ roles }: Persona): readonly ({ readonly speaker: string | null } & VoiceHints)[] {
  return roles.map(({ speaker, voice }) => ({ speaker, ...voice }));
}

/** The names of those who speak; empty where one voice does. */
export function speakersOf({ roles }: Persona): readonly string[] {
  return roles.flatMap(({ speaker }) => speaker ?? []);
}
