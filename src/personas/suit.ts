import { isDeepStrictEqual } from 'node:util';
import { loadPersona } from './load-persona.js';
import type { Persona, PersonaFile } from './persona.js';

/** The bundled persona of models that take no instructions: what they were trained on. */
const TRAINED_WITH = 'play-by-play';

/**
 * True where a persona asks for what such models do anyway. What it is called says nothing: copies of the bundled one keep its name, or
 * change it. Its voice is no matter of the model.
 */
export function isTrainedWith(file: PersonaFile): boolean {
  return isDeepStrictEqual(demandsOf(file), demandsOf(loadPersona(TRAINED_WITH).file));
}

function demandsOf({ density, tone, reasoning, instructions, speakers }: PersonaFile) {
  return { density, tone, reasoning, instructions, speakers };
}

/**
 * The persona as far as a model can play it, and what the user should know about that. A model that takes no instructions keeps its
 * own words, and speaks alone; how much it says and how fast the voice is still follow the persona.
 */
export function suitPersona(
  persona: Persona,
  model: { readonly name: string; readonly takesInstructions: boolean },
): { readonly persona: Persona; readonly advice: string | null } {
  const { file, roles } = persona;
  if (model.takesInstructions || isTrainedWith(file)) return { persona, advice: null };
  const elsewhere = 'For its words, use --model openai:<model> or a pulled model.';
  const [leader] = roles;
  if (roles.length === 1)
    return {
      persona,
      advice: `${model.name} was trained to speak in one way: the persona ${file.name} changes how much it says, not its words. ${elsewhere}`,
    };
  return {
    persona: { file: leader.persona, roles: [{ ...leader, speaker: null }] },
    advice: `${model.name} was trained to speak in one way and cannot play two: ${leader.persona.name} speaks alone. ${elsewhere}`,
  };
}
