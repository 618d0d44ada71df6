import { z } from 'zod';
import { type Match, openMatch } from './commentator/match.js';
import { type Config, makeConfig } from './config.js';
import { BoothError, messageOf } from './errors.js';
import { type Persona, personaSchema, speakersOf } from './personas/persona.js';
import type { SessionHeader, SessionLine } from './record/schema.js';
import { rosterSchema } from './roster/roster.js';
import { trackConfigs } from './tracks.js';

/** What the commentators of a recorded session were set to. */
export interface Settings {
  readonly header: SessionHeader;
  /** One for each track. */
  readonly configs: readonly Config[];
  readonly persona: Persona;
  /** What was known of the match, for each track. */
  readonly matches: readonly Match[];
}

const roleSchema = z.object({
  speaker: z.string().nullable(),
  persona: personaSchema,
  voice: personaSchema.shape.voice,
});

const settingsSchema = z.object({
  file: personaSchema,
  roles: z.union([z.tuple([roleSchema]), z.tuple([roleSchema, roleSchema])]),
});

/** Raises SESSION_INVALID for settings that this version of Booth does not have. */
export async function settingsOf(header: SessionLine): Promise<Settings> {
  if (header.kind !== 'session')
    throw new TypeError(`a session begins with its header, not with ${header.kind}`);
  try {
    const configs = trackConfigs(makeConfig(header.config), header.langs);
    const roster = rosterSchema.nullable().parse(header.roster);
    const persona = settingsSchema.parse(header.persona);
    const speakers = speakersOf(persona);
    const matches = await Promise.all(
      configs.map(({ commentator }) => openMatch(commentator, roster, speakers)),
    );
    return { header, configs, matches, persona };
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : messageOf(cause);
    throw new BoothError(
      'SESSION_INVALID',
      `The session was recorded with settings that this version cannot use (${why.replace(/\s+/g, ' ')}). Replay it with Booth ${header.booth}.`,
      { cause },
    );
  }
}
