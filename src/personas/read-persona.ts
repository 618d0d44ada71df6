import { checkedYaml } from '../checked-yaml.js';
import { BoothError } from '../errors.js';
import { type PersonaFile, personaSchema } from './persona.js';

/** Faults that one message tells. */
const FAULTS_SHOWN = 5;

/**
 * YAML → a persona. Raises CONFIG_INVALID with `source`, the lines, and what is expected there. `source` names the file in
 * messages.
 */
export function readPersona(text: string, source: string): PersonaFile {
  // A file that is shown must not speak to the terminal.
  const hidden = /[^\P{Cc}\n\r\t]/u.exec(text);
  if (hidden !== null) {
    const line = text.slice(0, hidden.index).split('\n').length;
    throw invalid(source, [`line ${line}: a control character; write plain text`]);
  }
  const { value, faults } = checkedYaml(text, personaSchema);
  if (faults === null) return value;
  throw invalid(source, faults);
}

function invalid(source: string, faults: readonly string[]): BoothError {
  const shown = faults.slice(0, FAULTS_SHOWN).join('; ');
  const more = faults.length > FAULTS_SHOWN ? `; and ${faults.length - FAULTS_SHOWN} more` : '';
  return new BoothError(
    'CONFIG_INVALID',
    `The persona ${source} is not valid: ${shown}${more}. See docs/personas.md, or start from: booth personas show play-by-play`.replace(
      /[\p{Cc}\p{Cf}]+/gu,
      ' ',
    ),
  );
}
