import { isNode, LineCounter, parseDocument } from 'yaml';
import { BoothError, messageOf } from '../errors.js';
import { type PersonaFile, personaSchema } from './persona.js';

/** Faults that one message tells. */
const FAULTS_SHOWN = 5;

/**
 * YAML → a persona. Raises CONFIG_INVALID with `source`, the lines, and what is expected there. `source` names the file in
 * messages.
 */
export function readPersona(text: string, source: string): PersonaFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [fault] = document.errors;
  if (fault !== undefined)
    throw invalid(source, [`line ${lines.linePos(fault.pos[0]).line}: ${messageOf(fault)}`]);
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: 0 });
  } catch (thrown) {
    throw invalid(source, [messageOf(thrown)]);
  }
  const result = personaSchema.safeParse(content);
  if (result.success) return result.data;

  /** The line of what is wrong, or of what should hold the missing thing. */
  const lineOf = (path: readonly PropertyKey[]): number => {
    const node = document.getIn(path, true);
    const at = isNode(node) ? node.range?.[0] : undefined;
    if (at !== undefined) return lines.linePos(at).line;
    return path.length === 0 ? 1 : lineOf(path.slice(0, -1));
  };
  throw invalid(
    source,
    result.error.issues.map(
      ({ path, message }) => `line ${lineOf(path)}: ${path.join('.') || 'the file'}: ${message}`,
    ),
  );
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
