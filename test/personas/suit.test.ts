import { describe, expect, it } from 'vitest';
import { loadPersona, personaText } from '../../src/personas/load-persona.js';
import type { Persona } from '../../src/personas/persona.js';
import { readPersona } from '../../src/personas/read-persona.js';
import { suitPersona } from '../../src/personas/suit.js';

const trained = { name: 'kickabout', takesInstructions: false };
const able = { name: 'seer', takesInstructions: true };

describe('suitPersona', () => {
  it.each(['duo', 'nature-narrator'])('gives %s whole to a model that takes instructions', (name) => {
    const persona = loadPersona(name);
    expect(suitPersona(persona, able)).toEqual({ persona, advice: null });
  });

  it('says nothing about the persona that a trained model has anyway', () => {
    expect(suitPersona(loadPersona('play-by-play'), trained).advice).toBeNull();
  });

  /** The bundled persona as it is shown, changed by hand. */
  const copied = (from: string, to: string): Persona => {
    const text = personaText('play-by-play');
    expect(text).toContain(from);
    const file = readPersona(text.replace(from, to), './mine.yaml');
    return { file, roles: [{ speaker: null, persona: file, voice: file.voice }] };
  };

  it.each([
    ['as it is', 'name: play-by-play', 'name: play-by-play'],
    ['of another name', 'name: play-by-play', 'name: mine'],
    ['with another voice', 'rate: 1 ', 'rate: 1.2 '],
  ])('says nothing about a copy of it %s, which asks for nothing else', (_, from, to) => {
    const persona = copied(from, to);
    expect(suitPersona(persona, trained)).toEqual({ persona, advice: null });
  });

  it.each([
    ['less talk', 'density: 0.55', 'density: 0.1'],
    ['other words', 'Name the action first', 'Name the player first'],
    ['words in one more language', '  zh: |', '  de: Sprich {language}.\n  zh: |'],
    ['another tone', 'energy: lively', 'energy: excited'],
    ['thought', 'reasoning: false', 'reasoning: true'],
  ])('tells what a copy of it can change that asks for %s, whatever its name', (_, from, to) => {
    const persona = copied(from, to);
    const suited = suitPersona(persona, trained);
    expect(suited.persona).toBe(persona);
    expect(suited.advice).toContain('the persona play-by-play changes how much it says, not its words');
  });

  it('keeps what a persona means for the pace, and says that the words stay', () => {
    const persona = loadPersona('audio-description');
    const suited = suitPersona(persona, trained);
    expect(suited.persona).toBe(persona);
    expect(suited.advice).toMatch(
      /^kickabout was trained .* persona audio-description changes how much it says, not its words\. .*openai:/,
    );
  });

  it('lets the leader of a duo speak alone, and says so', () => {
    const { persona, advice } = suitPersona(loadPersona('duo'), trained);
    expect(persona.roles.map(({ speaker, persona: { name } }) => [speaker, name])).toEqual([
      [null, 'play-by-play'],
    ]);
    expect(advice).toContain('cannot play two: play-by-play speaks alone');
  });
});
