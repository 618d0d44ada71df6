import { describe, expect, it } from 'vitest';
import { loadPersona } from '../../src/personas/load-persona.js';
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
