import type { BoothOptions } from './booth-options.js';
import type { Closer } from './closer.js';
import { BoothError } from './errors.js';
import { loadPersona } from './personas/load-persona.js';
import type { Persona } from './personas/persona.js';
import { suitPersona } from './personas/suit.js';
import { readRoster } from './roster/read-roster.js';
import type { Roster } from './roster/roster.js';
import { openVlm } from './vlm/load.js';
import type { Vlm } from './vlm/vlm.js';

/** Who works in the booth. */
export interface Crew {
  /** Who looks. */
  readonly vlm: Vlm;
  /** Who speaks. */
  readonly persona: Persona;
  /** Who plays, where that is given. */
  readonly roster: Roster | null;
}

/** What can be wrong with the configuration is told before the model is loaded. */
export async function openCrew(
  { config, vlm: shared }: Pick<BoothOptions, 'config' | 'vlm'>,
  onWarning: (error: BoothError) => void,
  closer: Closer,
): Promise<Crew> {
  const { roster: path, persona: name } = config.commentator;
  const roster = path === 'none' ? null : readRoster(path);
  const asked = loadPersona(name);
  const vlm = shared ?? closer.own(await openVlm(config, onWarning));
  const { persona, advice } = suitPersona(asked, vlm.info);
  if (advice !== null) onWarning(new BoothError('CONFIG_INVALID', advice, { policy: 'skip' }));
  return { vlm, persona, roster };
}
